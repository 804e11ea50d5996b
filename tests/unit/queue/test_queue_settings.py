"""The settings of a waiting room, as organisers and operators write them."""

from __future__ import annotations

import pytest

from engine.queue import invariants
from engine.queue.terms import QueueTerms
from gateway.waiting.settings import QueueSettings, settings_of, terms_of
from holdfast.catalogue_commands import queue_terms
from tests.unit.doc_pages import DOCS, rows, unquoted


def test_settings_go_through_terms_unchanged() -> None:
    """What is written is read again; a time without a zone is UTC."""
    terms = queue_terms(
        b'{"mode": "fifo", "opens_at": "2026-01-01T10:00:00", "bypass_channels": ["vip"], '
        b'"gathers_at": "2026-01-01T10:30:00+01:00"}'
    )
    times = {"opens_ms": 1_767_261_600_000, "gathers_ms": 1_767_259_800_000}
    assert QueueTerms("fifo", **times, bypass_channels=("vip",)) == terms
    assert terms == terms_of(settings_of(terms))
    assert QueueTerms() == terms_of(QueueSettings()) == terms_of(settings_of(QueueTerms()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{", "cannot be read"),
        (b'{"mode": "lottery"}', "cannot be read"),
        (b'{"grace_ms": 1}', "make no sense"),
        (b'{"gathers_at": "2026-01-01T10:00:00", "opens_at": "2026-01-01T10:00:00"}', "make no sense"),
    ],
)
def test_what_makes_no_sense_is_refused(text: bytes, message: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match=message):
        queue_terms(text)


def test_the_settings_that_are_told_are_those_of_the_code() -> None:
    """Each with its default."""
    told = {unquoted(row[0]): row[1].strip("`") for row in rows(DOCS / "WAITING_ROOM.md", "## Settings")}
    defaults = {
        name: "none" if value in (None, ()) else str(value)
        for name in QueueSettings.__struct_fields__
        for value in [getattr(QueueSettings(), name)]
    }
    assert defaults == told


def test_the_invariants_that_are_told_are_those_of_the_code() -> None:
    """Number by number, in the same words."""
    told = {row[0]: row[1] for row in rows(DOCS / "WAITING_ROOM.md", "## Invariants")}
    lines = (invariants.__doc__ or "").splitlines()
    stated = {line.split()[0]: " ".join(line.split()[1:]) for line in lines if line.startswith("    Q")}
    assert stated == told
