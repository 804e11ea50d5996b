"""Reads our own format, exactly: fields that are not known are errors, nothing is repaired."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.plan import Category, Plan, Section
from engine.plans.checking import check_plan
from engine.plans.findings import Findings, ImportResult, PlanInvalid

_PLACE_MARK = " - at `"


def read_holdfast(document: object, findings: Findings, name: str | None) -> ImportResult:
    """The plan in a decoded document, renamed when `name` is given. Raises `PlanInvalid`."""
    try:
        plan = msgspec.convert(document, Plan)
    except msgspec.ValidationError as error:
        _find_all(document, error, findings)
        raise PlanInvalid(findings.problems) from None
    if name is not None:
        plan = msgspec.structs.replace(plan, name=name)
    for problem in check_plan(plan):
        findings.problem(problem.place, problem.message)
    if findings.problems:
        raise PlanInvalid(findings.problems)
    return ImportResult(plan=plan)


def _find_all(document: object, first: msgspec.ValidationError, findings: Findings) -> None:
    """Converting stops at the first error, so look at each category and section on its own."""
    if isinstance(document, Mapping):
        _find_in_list(document, "categories", Category, findings)
        _find_in_list(document, "sections", Section, findings)
    _note(first, "$", findings)


def _find_in_list(
    document: Mapping[str, object], field: str, kind: type[Category | Section], findings: Findings
) -> None:
    items = document.get(field)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        try:
            msgspec.convert(item, kind)
        except msgspec.ValidationError as error:
            _note(error, f"$.{field}[{index}]", findings)


def _note(error: msgspec.ValidationError, root: str, findings: Findings) -> None:
    """Take the place out of the message: `… - at `$.path``, and nothing of the kind for the root."""
    message, _, place = str(error).partition(_PLACE_MARK)
    path = root + place.rstrip("`").removeprefix("$")
    findings.problem(path.removeprefix("$").removeprefix("."), message)
