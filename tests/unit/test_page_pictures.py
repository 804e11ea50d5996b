from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product

from tests.unit.doc_pages import DOCS, ROOT, rows, unquoted

PICTURES = DOCS / "pages"
TESTS = ROOT / "tests" / "pages"
TABLES = ("## Buyers", "## The house")
LOOKS = {f"-{scheme}-{width}.png" for scheme, width in product(("light", "dark"), (1280, 390))}
LOOK = re.compile(r"-(?:light|dark)-(?:1280|390)\.png$")
LINK = re.compile(r"\]\(([^)]+)\)")
ALL_MAX_BYTES = 6 * 2**20


def listed() -> Iterator[tuple[str, str, list[str]]]:
    """Each state, the test that reaches it, and the files of its pictures."""
    for table in TABLES:
        for state, test, pictures in rows(PICTURES / "README.md", table):
            yield state, unquoted(test), LINK.findall(pictures)


def parsed(file: str) -> ast.Module:
    """A file of tests."""
    return ast.parse((TESTS / file).read_text("utf-8"))


def words_of(node: ast.AST) -> set[str]:
    """The texts that stand in a part of a file."""
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_every_state_has_a_test_that_makes_its_pictures() -> None:
    """The test exists, and names the pictures that stand in its row, or its file does."""
    wrong = []
    for state, test, pictures in listed():
        file, _, name = test.partition("::")
        tests = {each.name for each in parsed(file).body if isinstance(each, ast.FunctionDef)}
        named = {LOOK.sub("", each) for each in pictures}
        if name not in tests or not named or not named <= words_of(parsed(file)):
            wrong.append((state, test))
    assert [] == wrong


def test_every_picture_is_there_once_and_listed() -> None:
    """No row without its files, and no file without its row."""
    shown = Counter(each for _, _, pictures in listed() for each in pictures)
    assert Counter(each.name for each in PICTURES.glob("*.png")) == shown


def test_every_picture_that_a_test_makes_is_listed() -> None:
    """Whoever adds one adds its row."""
    made = {
        word
        for path in TESTS.glob("test_*.py")
        for call in ast.walk(parsed(path.name))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "shot"
        for word in words_of(call.args[0])
    }
    assert set() == made - {LOOK.sub("", each) for _, _, pictures in listed() for each in pictures}


def test_a_page_is_shown_in_every_look() -> None:
    """Whose state is in bold is a page: in both schemes, wide and narrow."""
    pages = [pictures for state, _, pictures in listed() if state.startswith("**")]
    assert pages
    looks = [{"".join(LOOK.findall(each)) for each in pictures} for pictures in pages]
    assert [LOOKS] * len(pages) == looks


def test_the_pictures_are_small() -> None:
    """Whoever clones the project takes them along."""
    assert sum(each.stat().st_size for each in PICTURES.glob("*.png")) <= ALL_MAX_BYTES
