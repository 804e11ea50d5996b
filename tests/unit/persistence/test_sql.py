"""Named statements are loaded as they stand in their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from persistence.sql import load_statements, parse_statements

ROOT = Path(__file__).parents[3]
FILES = ["section_store.sql", "catalogue.sql"]


def test_statements_are_found_by_name() -> None:
    """Each name has its own statement, with its comments and without its semicolon."""
    text = "-- About the file.\n\n-- name: one\n-- Why.\nSELECT 1;\n\n-- name: two\nSELECT 2;\n"
    assert {"one": "-- Why.\nSELECT 1", "two": "SELECT 2"} == parse_statements(text)


@pytest.mark.parametrize("text", ["-- name: a\n-- name: b\nSELECT 1;", "-- name: a\nX;\n-- name: a\nY;"])
def test_a_name_without_one_statement_is_refused(text: str) -> None:
    """A name that stands alone or twice is a mistake in the file."""
    with pytest.raises(ValueError, match="statement a"):
        parse_statements(text)


@pytest.mark.parametrize("file_name", FILES)
def test_every_statement_is_used(file_name: str) -> None:
    """No statement is left behind in a file when nobody asks for it any more."""
    sources = "".join(path.read_text() for path in (ROOT / "persistence").rglob("*.py"))
    names = load_statements("persistence.postgres", file_name)
    assert [] == [name for name in names if f'SQL["{name}"]' not in sources]
