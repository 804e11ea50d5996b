"""Words as they are searched: without accents and capitals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.words import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Zauberflöte (Wien)", ("die", "zauberflote", "wien")),
        ("MÜNCHEN", ("munchen",)),
        ("Großer Saal", ("grosser", "saal")),
        ("snake_case, 2nd-floor", ("snake", "case", "2nd", "floor")),
        ("Café / café", ("cafe", "cafe")),
        ("東京 2020", ("東京", "2020")),
        ("\N{LATIN SMALL LIGATURE FI}lm", ("film",)),
        ("\N{SCRIPT CAPITAL H}all", ("hall",)),
        (" - ", ()),
        ("", ()),
    ],
)
def test_words_are_alike_however_they_are_written(text: str, expected: tuple[str, ...]) -> None:
    """In order and repeats included; marks between them are no words."""
    assert expected == words(text)


@given(st.text())
def test_what_was_made_alike_stays_so(text: str) -> None:
    """Words that a store has made alike are found by themselves."""
    made = words(text)
    assert made == words(" ".join(made))
