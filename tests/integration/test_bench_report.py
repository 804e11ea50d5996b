from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree as ET

import msgspec
from rich.console import Console

from bench.report import AuditFigures, bench_report, books_verdict, sale_report
from bench.summary import bench_summary, sale_summary
from engine.plans.fixtures import theatre
from tests.unit.report_data import made_up_bench, made_up_sale


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _images(html: str) -> list[tuple[str, bytes]]:
    outline = _Outline()
    outline.feed(html)
    assert [] == outline.open
    return [
        (found[1], b64decode(found[2]))
        for found in (re.fullmatch(r"data:image/([a-z+]+);base64,(.+)", each) for each in outline.addresses)
        if found is not None
    ]


def _text(renderable: object) -> str:
    console = Console(file=StringIO(), width=100)
    console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_report_of_a_sale_is_whole_and_needs_nothing_else() -> None:
    """Well-formed, every image inside and readable."""
    plan = theatre()
    images = _images(sale_report(made_up_sale(plan), plan, "A sale", AuditFigures(3, 900, 800, 4)))
    assert ["svg+xml", "png", "svg+xml", "svg+xml", "svg+xml"] == [kind for kind, _ in images]
    for kind, data in images:
        if kind == "png":
            assert data.startswith(b"\x89PNG")
        else:
            assert ET.fromstring(data).tag.endswith("svg")  # noqa: S314 # our own charts


def test_the_report_says_whether_the_books_are_right() -> None:
    """One breach of the audit, or one that a buyer saw, is enough."""
    sale = made_up_sale(theatre())
    books, wrong = AuditFigures(3, 900, 800, 4), AuditFigures(3, 900, 800, 4, ("a seat has two owners",))
    seen = msgspec.structs.replace(sale, breaches=("x",))
    right = "The books are right: 900 records replayed, 800 places sold, none twice."
    assert right in books_verdict(sale, books)
    assert "The books are wrong: 1 breaches." in books_verdict(sale, wrong)
    assert "The books are wrong: 1 breaches." in books_verdict(seen, books)


def test_what_comes_from_outside_is_escaped() -> None:
    """An event's name is no markup."""
    plan = theatre()
    html = sale_report(made_up_sale(plan), plan, "<script>alert(1)</script>")
    assert "<script>" not in html


def test_a_sale_in_which_nothing_happened_has_a_report_too() -> None:
    """Nobody came: no division, no empty chart falls over."""
    plan = theatre()
    nothing = msgspec.structs.replace(
        made_up_sale(plan), sold=0, orders=0, holds=0, timeline=(), refused={}, sold_at_s={}, seconds=0.0
    )
    assert "Nobody was refused." in sale_report(nothing, plan, "Nothing")


def test_the_report_of_a_benchmark_shows_its_ratios() -> None:
    """And each measured round."""
    html = bench_report(made_up_bench())
    assert 4 == len(_images(html))
    assert "0.45" in html
    assert "No breach and no error" in html
    assert "2 breaches" in bench_report(made_up_bench(breaches=2))


def test_the_terminal_tells_refusals_in_words() -> None:
    """Codes are for programs."""
    text = _text(sale_summary(made_up_sale(theatre()), AuditFigures(3, 900, 800, 4)))
    assert "Somebody else has this seat." in text
    assert "1,840" in text
    assert "seat_taken" not in text
    assert "the same" in text
    apart = ("sold by the board: 799, and not 800",)
    assert apart[0] in _text(sale_summary(made_up_sale(theatre()), AuditFigures(3, 900, 800, 4), None, apart))


def test_the_terminal_tells_a_benchmarks_figures() -> None:
    """Rates, ratios, percentiles, CPU by part."""
    text = _text(bench_summary(made_up_bench()))
    for figure in ("42,000", "0.452", "p99 8.80 ms", "38.0 µs, 82.0 µs"):
        assert figure in text
