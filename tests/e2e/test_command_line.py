"""The commands as an operator types them, on the data directory of a running server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import psutil
import pytest

from client import ClientOptions, HoldfastClient
from engine.catalogue import DEFAULT_ORGANISER
from engine.plans.canonical import canonical_json
from tests.databases import fresh_database, temporary_directory
from tests.e2e.leftovers import lasting
from tests.e2e.world import World, rows_of
from tests.unit.plan_documents import drawing, numbered, row, seat

COMMAND_TIMEOUT_S = 240
UNTIMED = {
    "everybody joined before the opening",
    "the draw is what was published",
    "the house sells out",
    "the buyers have what the journals sold",
    "a ticket for each seat, proven by its signature",
    "money kept is what valid tickets are worth, to the cent",
    "the books are clean",
    "board and analytics say what the books say",
    "payments fail and come late as set",
    "the printed pages are there",
    "no process is left",
}
"""What the full demo promises however slow the machine is; rates and waits are measured by who runs it."""
pytestmark = pytest.mark.timeout(300)  # a command's own limit comes first
DRAWINGS: dict[str, tuple[str, bytes, int]] = {
    "own": ("house.json", canonical_json(rows_of(3, 4)), 7),
    "csv": ("house.csv", b"section,row,seat,x,y,category\nS,A,1,0,0,std\nS,A,2,1,0,std\n", 2),
    "seatsio": ("drawing.json", msgspec.json.encode(drawing(rows=[row("A", numbered(3))])), 3),
}
BROKEN: dict[str, tuple[str, bytes, str]] = {
    "csv": ("house.csv", b"section,row,seat,x,y,category\nS,A,1,0,0,std\nS,A,2,east,0,std\n", "line 3"),
    "own": ("house.json", canonical_json(rows_of(3)).replace(b'"std","', b'"sdt","'), "sections[0]"),
    "seatsio": (
        "drawing.json",
        msgspec.json.encode(drawing(rows=[row("A", [seat("1", 0.0, categoryKey=9)])])),
        "rows[0]",
    ),
}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """One `holdfast` command."""
    return subprocess.run(
        [sys.executable, "-m", "holdfast", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", **environment},
        timeout=COMMAND_TIMEOUT_S,
        check=False,
    )


def told(done: subprocess.CompletedProcess[str]) -> Any:
    """What a command that went well wrote as JSON."""
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def environment(world: World) -> dict[str, str]:
    """The settings that name the running server's data."""
    return {"HOLDFAST_DATA_DIR": str(world.server.data_dir), "HOLDFAST_SECRET_KEY": world.server.secret}


async def _plans(world: World) -> int:
    async with world.database() as dsn:
        connection = await asyncpg.connect(dsn)
        try:
            return int(await connection.fetchval("SELECT count(*) FROM plans"))
        finally:
            await connection.close()


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_is_imported_and_its_figures_told(
    environment: dict[str, str], tmp_path: Path, kind: str
) -> None:
    """The format is recognised; the plan can be sold."""
    name, data, seats = DRAWINGS[kind]
    (tmp_path / name).write_bytes(data)
    plan = told(run(environment, "import-plan", str(tmp_path / name), "--json", "-"))
    assert {"plan", "sections", "seats", "ga_capacity", "warnings"} == set(plan)
    assert (1, seats, 0) == (plan["sections"], plan["seats"], plan["ga_capacity"])


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_drawing_is_refused_by_place_and_nothing_is_stored(
    world: World, environment: dict[str, str], tmp_path: Path, kind: str
) -> None:
    """Exit status 1, and the place in the file in words."""
    name, data, place = BROKEN[kind]
    (tmp_path / name).write_bytes(data)
    before = await _plans(world)
    done = run(environment, "import-plan", str(tmp_path / name), "--json", "-")
    assert 1 == done.returncode
    assert place in done.stderr
    assert place in json.loads(done.stdout)["errors"][0]
    assert before == await _plans(world)


async def test_an_event_made_on_the_command_line_is_on_sale(
    world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    """From a drawing to a hold: import, create, a token, and a client."""
    house = tmp_path / "house.json"
    house.write_bytes(canonical_json(rows_of(5)))
    plan = told(run(environment, "import-plan", str(house), "--json", "-"))["plan"]
    event = told(
        run(environment, "create-event", "--plan", plan, "--name", "Tonight", "--open", "--json", "-")
    )
    token = run(environment, "token", "--role", "buyer", "--sub", "ada", "--ttl", "60").stdout.strip()
    async with HoldfastClient(world.server.url, token, ClientOptions(deadline_ms=30_000)) as client:
        hold = await client.hold_best(event["event"], 2)
    assert 2 == len(hold.items)


def test_a_plan_of_an_organiser_that_is_none_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    """Exit status 1 and a sentence; the first organiser is found by its id like any other."""
    house = tmp_path / "house.json"
    house.write_bytes(canonical_json(rows_of(5)))
    done = run(environment, "import-plan", str(house), "--organiser", "org_none")
    assert (1, True, False) == (done.returncode, "org_none" in done.stderr, "Traceback" in done.stderr)
    told(run(environment, "import-plan", str(house), "--organiser", DEFAULT_ORGANISER, "--json", "-"))


def test_an_event_on_a_plan_that_is_none_is_refused(environment: dict[str, str]) -> None:
    """Exit status 1 and a sentence."""
    done = run(environment, "create-event", "--plan", "pln_none", "--name", "Never")
    assert (1, True) == (done.returncode, "pln_none" in done.stderr)
    assert "Traceback" not in done.stderr


def test_the_audit_of_the_shared_server_is_clean(environment: dict[str, str]) -> None:
    """Whatever the tests before did to it."""
    verdict = told(run(environment, "verify", "--json", "-"))
    assert [] == verdict["breaches"]


TAMPERED = {
    "a record was changed": "UPDATE journal SET data = data || '\\x00'::bytea WHERE seq = 1",
    "a record was taken out": "DELETE FROM journal WHERE seq = 1",
    "a record was put in": (
        "INSERT INTO journal (stream, seq, epoch, at_ms, checksum, data) "
        "SELECT stream, seq + 1, epoch, at_ms, checksum, data FROM journal WHERE seq = 1; "
        "UPDATE leases SET next_seq = next_seq + 1"
    ),
}


@pytest.mark.parametrize("tampering", TAMPERED)
async def test_the_audit_finds_a_journal_that_was_tampered_with(
    world: World, tmp_path: Path, tampering: str
) -> None:
    """Clean before, exit status 1 and a breach after somebody wrote to the table by hand."""
    house = tmp_path / "house.json"
    house.write_bytes(canonical_json(rows_of(5)))
    async with world.database() as server_dsn, fresh_database(server_dsn) as dsn:
        environment = {"HOLDFAST_DATABASE_URL": dsn, "HOLDFAST_DATA_DIR": str(tmp_path / "data")}
        plan = told(run(environment, "import-plan", str(house), "--json", "-"))["plan"]
        told(run(environment, "create-event", "--plan", plan, "--name", "Books", "--json", "-"))
        assert [] == told(run(environment, "verify", "--json", "-"))["breaches"]
        connection = await asyncpg.connect(dsn)
        await connection.execute(TAMPERED[tampering])
        await connection.close()
        done = run(environment, "verify", "--json", "-")
    assert 1 == done.returncode
    assert json.loads(done.stdout)["breaches"]


def test_the_demo_sells_audits_and_leaves_no_process(tmp_path: Path) -> None:
    """Fifty people come; exit status 0 says that the books are right, and board and analytics too."""
    with temporary_directory() as scratch:
        environment = {"TMPDIR": str(scratch)}
        report = tmp_path / "report.html"
        result = told(run(environment, "demo", "--buyers", "50", "--report", str(report), "--json", "-"))
        assert ([], True) == (result["apart"], result["clean"])
        assert result["crowd"]["sold"] == result["audit"]["sold"] > 0
        assert result["selling_after_s"] > result["crowd"]["first_hold_s"] > 0
        assert report.stat().st_size > 0
        assert [] == lasting(lambda: _left_behind(str(scratch)))


def test_the_full_demo_goes_from_the_queue_to_the_tickets(tmp_path: Path) -> None:
    """Eighty people buy a small house out, and all that does not hang on the machine's pace holds."""
    with temporary_directory() as scratch:
        report = str(tmp_path / "report.html")
        words = ("demo", "--full", "--buyers", "80", "--report", report, "--json", "-")
        done = run({"TMPDIR": str(scratch)}, *words)
        assert done.stdout, done.stderr
        checks = {each["promise"]: each for each in json.loads(done.stdout)["checks"]}
        assert [] == [each for name, each in checks.items() if name in UNTIMED and not each["holds"]]
        assert set() == UNTIMED - set(checks)
        assert [] == lasting(lambda: _left_behind(str(scratch)))


def _left_behind(folder: str) -> list[str]:
    """Processes that were given this folder, by environment or by command line."""
    found = []
    for process in psutil.process_iter():
        try:
            line, environment = process.cmdline(), process.environ()
        except psutil.Error:
            continue
        if any(folder in word for word in (*line, *environment.values())):
            found.append(" ".join(line))
    return found
