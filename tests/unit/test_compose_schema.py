"""Docker Compose's files are what the Compose specification allows, where nothing is set."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from tests.unit.doc_pages import ROOT, text

SCHEMA: dict[str, Any] = msgspec.json.decode(
    files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_bytes()
)
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^{}]*))?\}")
FILES = ("docker-compose.yml", "docker-compose.ports.yml")


def told(file: str) -> dict[str, Any]:
    """A file where nothing is set in the environment: defaults stand for what is asked for."""
    filled = VARIABLE.sub(lambda found: found["default"] or "", text(ROOT / file))
    assert "$" not in re.sub(r"\$\$", "", filled), (
        "a variable is written in a way that this test does not read"
    )
    read: dict[str, Any] = yaml.safe_load(filled)
    return read


@pytest.mark.parametrize("file", FILES)
def test_a_file_fits_the_specification(file: str) -> None:
    """By the schema that the specification publishes."""
    jsonschema.validate(told(file), SCHEMA)


def test_what_the_specification_does_not_know_is_noticed() -> None:
    """So that the test above can fail: a misspelt attribute of a service."""
    spoilt = told(FILES[0])
    spoilt["services"]["gateway"]["restarts"] = spoilt["services"]["gateway"].pop("restart")
    with pytest.raises(jsonschema.ValidationError, match="restarts"):
        jsonschema.validate(spoilt, SCHEMA)


def test_services_name_what_there_is() -> None:
    """Whom they wait for is a service, what they mount is a volume, and what others add to is there."""
    system = told(FILES[0])
    services, volumes = system["services"], set(system["volumes"])
    assert set(told(FILES[1])["services"]) <= set(services)
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert {mount.partition(":")[0] for mount in service.get("volumes", ())} <= volumes


def test_nobody_waits_in_a_circle() -> None:
    """Each service can start once those that it waits for have."""
    waits = {name: set(service.get("depends_on", ())) for name, service in told(FILES[0])["services"].items()}
    started: set[str] = set()
    while ready := {name for name, needed in waits.items() if name not in started and needed <= started}:
        started |= ready
    assert set(waits) == started
