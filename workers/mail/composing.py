"""Writes letters: one template a kind and language, which fills the layout of a text and of a page."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from babel.dates import format_date, format_time, get_timezone, get_timezone_gmt
from babel.numbers import format_currency
from jinja2 import Environment, PackageLoader, StrictUndefined

from workers.mail.facts import Facts
from workers.mail.letters import Letter

Language = Literal["en", "de"]


class Composer:
    """Letters in one language from one sender."""

    def __init__(self, language: Language, sender: str) -> None:
        self._language = language
        self._sender = sender
        self._text = self._environment(page=False)
        self._page = self._environment(page=True)

    def compose(self, letter: Letter, facts: Facts) -> EmailMessage:
        """The mail, in text and HTML. The same letter has the same `Message-ID` however often it is sent.

        Raises ValueError for an address of several lines.
        """
        template = f"{self._language}/{letter.kind.replace('.', '_')}.j2"
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = facts.to
        subject = self._text.get_template(template).render(layout="subject.txt", facts=facts)
        message["Subject"] = " ".join(subject.split())
        message["Message-ID"] = f"<{letter.id}@{_domain(self._sender)}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = self._language
        message.set_content(self._text.get_template(template).render(layout="letter.txt", facts=facts))
        page = self._page.get_template(template).render(layout="letter.html", facts=facts)
        message.add_alternative(page, subtype="html")
        for each in facts.attachments:
            main, _, sub = each.media_type.partition("/")
            message.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
        return message

    def _environment(self, *, page: bool) -> Environment:
        environment = Environment(
            loader=PackageLoader("workers.mail", "templates"),
            autoescape=page,  # noqa: S701 - a text is no page, and markup in it is text too
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["money"] = self._money
        environment.filters["moment"] = self._moment
        environment.globals["language"] = self._language
        return environment

    def _money(self, amount: str, currency: str) -> str:
        return format_currency(Decimal(amount), currency, locale=self._language)

    def _moment(self, at_ms: int, zone: str) -> str:
        """A day and a time of it, with how far that place's clocks are from Greenwich's."""
        here = get_timezone(zone)
        moment = datetime.fromtimestamp(at_ms / 1000, here)
        day = format_date(moment, "full", locale=self._language)
        time = format_time(moment, "short", tzinfo=here, locale=self._language)
        return f"{day}, {time} ({get_timezone_gmt(moment, locale=self._language)})"


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip("> ") or "localhost"
