"""Plans as they are stored."""

from __future__ import annotations

import msgspec
import pytest

from engine.plans.canonical import canonical_json, parse_canonical, parse_section
from engine.plans.fixtures import theatre

PLAN = theatre()


def test_what_is_stored_is_the_plan() -> None:
    """Nothing is lost on the way."""
    assert PLAN == parse_canonical(canonical_json(PLAN))


@pytest.mark.parametrize("section", [section.name for section in PLAN.sections])
def test_one_section_is_read_without_the_others(section: str) -> None:
    """It is what reading all of them gives, and the house around it is whole."""
    part = parse_section(canonical_json(PLAN), section)
    (expected,) = [each for each in PLAN.sections if each.name == section]
    assert msgspec.structs.replace(PLAN, sections=(expected,)) == part


def test_a_section_that_is_not_there_is_not_read() -> None:
    """Whoever asked finds the house without it."""
    assert () == parse_section(canonical_json(PLAN), "NOWHERE").sections
