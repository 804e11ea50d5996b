"""The pages of the documentation, taken apart for those who hold them against the code."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(page: Path) -> str:
    """A page as it is written."""
    return page.read_text("utf-8")


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without the table's own head."""
    _, found, below = text(page).partition(f"\n{heading}\n")
    assert found, f"{page.name} has no heading {heading!r}"
    table: list[list[str]] = []
    for line in below.splitlines():
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
        elif table or line.startswith("#"):
            break
    return table[2:]


def unquoted(cell: str) -> str:
    """What stands between the first pair of backticks."""
    return cell.split("`")[1]


def quoted(page: Path) -> list[str]:
    """Everything that a page shows as code: in a line, indented, or in a block of its own."""
    whole = text(page)
    blocks = [body for _, body in blocks_of(page)]
    outside = _FENCE.sub("", whole)
    indented = [line.strip() for line in outside.splitlines() if line.startswith("    ")]
    return blocks + indented + re.findall(r"`([^`\n]+)`", outside)


def blocks_of(page: Path) -> list[tuple[str, str]]:
    """The fenced blocks of a page, each with what stands behind its fence."""
    return [(match[1].strip(), match[2]) for match in _FENCE.finditer(text(page))]


def words_to_read(page: Path) -> float:
    """How many words a page costs its reader; of tables and code, which are glanced at, half count."""
    words, fenced = 0.0, False
    for line in text(page).splitlines():
        fence = line.startswith("```")
        glanced = fenced or fence or line.startswith(("|", "    "))
        words += sum(any(map(str.isalnum, word)) for word in line.split()) * (0.5 if glanced else 1)
        fenced ^= fence
    return words


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
