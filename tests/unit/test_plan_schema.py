from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from engine.plans.canonical import canonical_json
from engine.plans.fixtures import arena, racetrack, stadium, theatre
from engine.plans.importing import PlanInvalid, import_plan
from engine.plans.schema import plan_schema, schema_text
from tests.unit.built_houses import built
from tests.unit.plan_documents import Document, changed, drawing, numbered, own, row

PUBLISHED = Path(__file__).parents[2] / "docs" / "plan.schema.json"


def validator() -> Any:
    """A validator of the published schema."""
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_published_schema_is_up_to_date() -> None:
    """`python -m engine.plans.schema > docs/plan.schema.json` makes it anew."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_the_module_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """Run as a program it writes what is published."""
    runpy.run_module("engine.plans.schema", run_name="__main__")
    assert capsys.readouterr().out == schema_text()


def test_plans_of_every_origin_are_valid() -> None:
    """The generated houses, an imported drawing and a document by hand."""
    check = validator()
    imported = import_plan(msgspec.json.encode(drawing(rows=[row("A", numbered(3))])), None).plan
    check.validate(msgspec.json.decode(canonical_json(imported)))
    check.validate(own())
    for make in (theatre, arena, stadium, racetrack):
        plan = built(make)
        first_and_last = msgspec.structs.replace(plan, sections=(plan.sections[0], plan.sections[-1]))
        check.validate(msgspec.json.decode(canonical_json(first_and_last)))


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan.pop("name"),
        lambda plan: plan.update(sections=[]),
        lambda plan: plan.update(format="holdfast-plan/2"),
        lambda plan: plan["sections"][0].update(colour="red"),
        lambda plan: plan["sections"][0]["rows"][0].update(label="A-1"),
        lambda plan: plan["sections"][0]["rows"][0]["seats"][0].update(x=1e9),
        lambda plan: plan["sections"][0]["rows"][0]["seats"][0].update(attributes=["throne"]),
        lambda plan: plan["sections"][0]["areas"][0].update(capacity=0),
        lambda plan: plan["sections"][0].update(outline=[[1]]),
    ],
)
def test_what_a_single_field_gets_wrong_is_not_valid(change: Any) -> None:
    """Schema and importer refuse the same documents."""
    document: Document = changed(own(), change)
    assert not validator().is_valid(document)
    with pytest.raises(PlanInvalid):
        import_plan(msgspec.json.encode(document), "holdfast")
