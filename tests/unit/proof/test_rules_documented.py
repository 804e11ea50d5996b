from __future__ import annotations

import re

from proof.auditor.rules import Rule as JournalRule
from proof.history.rules import Rule as HistoryRule
from protocol import history
from protocol.history import FORMAT
from tests.unit.doc_pages import DOCS

PAGE = (DOCS / "HISTORIES.md").read_text("utf-8")


def test_every_rule_is_told_as_the_code_has_it() -> None:
    """By number, in words, and none is made up."""
    told = dict(re.findall(r"^\| ([AH]\d+) \| (.+) \|$", PAGE, re.MULTILINE))
    assert {rule.value: rule.says for rule in (*HistoryRule, *JournalRule)} == told


def test_every_kind_of_line_is_told() -> None:
    """By its tag, with as many elements as it has."""
    told = {
        kind: len(elements.split(", "))
        for kind, elements in re.findall(r"^\| `([a-z])` \| ([^|]+) \|", PAGE, re.MULTILINE)
    }
    kinds = [
        each for each in vars(history).values() if isinstance(each, type) and issubclass(each, history.Line)
    ]
    lines = {
        each.__struct_config__.tag: len(each.__struct_fields__) for each in kinds if each is not history.Line
    }
    assert lines == told
    assert FORMAT in PAGE
