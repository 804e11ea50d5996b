"""Files stay short enough to be read in one go."""

from __future__ import annotations

from tests.unit.doc_pages import ROOT

LINES_MAX = 300
SOURCES = ("*.py", "*.sql", "*.ts", "*.tsx")


def test_no_file_is_too_long_to_be_read_in_one_go() -> None:
    """Whoever meets the bound splits the file along its nouns."""
    folders = [path.parent for path in ROOT.glob("*/__init__.py")] + [ROOT / "tests", ROOT / "docs"]
    sources = [path for folder in folders for kind in SOURCES for path in folder.rglob(kind)]
    lengths = {str(path.relative_to(ROOT)): len(path.read_bytes().splitlines()) for path in sources}
    assert lengths, "there is something to measure"
    assert {} == {path: lines for path, lines in lengths.items() if lines > LINES_MAX}
