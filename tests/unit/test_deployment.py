"""What is deployed is what is tested: the services of Docker Compose, their commands, and the image."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer.main
import yaml

from holdfast.cli import app
from holdfast.settings import PREFIX, Settings
from holdfast.workforce import ALL, NAMES
from tests.unit.doc_pages import DOCS, ROOT, rows, text

NAME = re.compile(r"\b((?:holdfast|process)_[a-z_]+)\b")
COMPOSE: dict[str, Any] = yaml.safe_load(text(ROOT / "docker-compose.yml"))
PORTS: dict[str, Any] = yaml.safe_load(text(ROOT / "docker-compose.ports.yml"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "holdfast"}


def test_every_command_exists_with_its_options() -> None:
    """As the command line has it, which the end-to-end tests run."""
    commands = typer.main.get_group(app).commands
    for service in OURS.values():
        name, *rest = service["command"]
        known = {option for each in commands[name].params for option in each.opts}
        assert {word for word in rest if word.startswith("--")} <= known


def test_every_worker_runs_once() -> None:
    """The relay and each consumer have a service of their own, and there is no other."""
    workers = [service["command"][1] for service in OURS.values() if service["command"][0] == "worker"]
    assert sorted(set(NAMES) - {ALL}) == sorted(workers)


def test_nothing_but_the_gateway_is_reachable() -> None:
    """For development the others are, on loopback alone."""
    assert ["gateway"] == [name for name, service in SERVICES.items() if "ports" in service]
    published = [port for service in PORTS["services"].values() for port in service["ports"]]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_setting_that_is_set_exists() -> None:
    """In the environment of ours; what a person is asked for is a setting, or the file's own."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for service in OURS.values():
        assert set(service["environment"]) <= known
    own = {f"{PREFIX}{name}" for name in ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "PORT")}
    assert set(re.findall(r"\$\{(HOLDFAST_[A-Z_]+)", text(ROOT / "docker-compose.yml"))) <= known | own


def test_every_service_that_others_wait_for_says_when_it_is_well() -> None:
    """And what it keeps lies in a named volume."""
    waited_for = {
        name
        for service in SERVICES.values()
        for name, condition in service.get("depends_on", {}).items()
        if condition["condition"] == "service_healthy"
    }
    assert {"gateway", "postgres", "redis", "rabbitmq"} == waited_for
    assert waited_for <= {name for name, service in SERVICES.items() if "healthcheck" in service}
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", ())]
    used = {mount.partition(":")[0] for mount in mounts}
    assert set(COMPOSE["volumes"]) == used


def test_the_image_has_two_stages_and_runs_without_rights() -> None:
    """What builds it stays behind, and nobody in it is root."""
    dockerfile = text(ROOT / "Dockerfile")
    assert 2 == len(re.findall(r"^FROM ", dockerfile, re.MULTILINE))
    last = dockerfile[dockerfile.rindex("\nFROM ") :]
    assert re.search(r"^USER (?!root)\w+$", last, re.MULTILINE)
    installed = re.findall(r"pip install (?!--no-deps /wheels/)(.*)", dockerfile)
    assert [f"--require-hashes -r requirements.{lock}.lock" for lock in ("build", "image")] == installed


@pytest.mark.parametrize("file", ["ops/grafana/holdfast.json", "ops/alerts.yml"])
def test_dashboard_and_alerts_ask_for_figures_that_there_are(file: str) -> None:
    """By the names that the table in docs/OPERATIONS.md has."""
    told = {name for row in rows(DOCS / "OPERATIONS.md", "## Metrics") for name in NAME.findall(row[0])}
    shown = set(NAME.findall(text(ROOT / file)))
    assert shown
    assert set() == {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown} - told


def test_every_alert_is_explained_with_its_severity() -> None:
    """Whoever is woken finds in docs/OPERATIONS.md what to do."""
    [group] = yaml.safe_load(text(ROOT / "ops/alerts.yml"))["groups"]
    alerts = {rule["alert"]: rule["labels"]["severity"] for rule in group["rules"]}
    assert len(alerts) == len(group["rules"])
    assert all(rule["annotations"]["summary"] for rule in group["rules"])
    explained = {
        name: row[1]
        for row in rows(DOCS / "OPERATIONS.md", "### Alerts")
        for name in re.findall(r"`(Holdfast\w+)`", row[0])
    }
    assert explained == alerts
