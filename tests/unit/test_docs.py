from __future__ import annotations

import re
from typing import Any, get_args

import typer.main

from engine import invariants
from gateway.rest.routes import OPERATIONS as CALLS
from holdfast.cli import app
from holdfast.settings import PREFIX, Settings
from protocol.closing import CloseCode
from protocol.errors import ErrorCode
from protocol.requests import AnyRequest
from tests.unit.doc_pages import DOCS, PAGES, ROOT, anchors, quoted, rows, text, unquoted, words_to_read

ARCHITECTURE, INTERNALS, OPERATIONS, PROTOCOL = (
    DOCS / f"{name}.md" for name in ("ARCHITECTURE", "INTERNALS", "OPERATIONS", "PROTOCOL")
)
CODE = [
    path
    for package in ("actors", "engine", "gateway", "holdfast", "persistence", "telemetry", "workers")
    for path in sorted((ROOT / package).rglob("*.py"))
]

# A page of technical prose is read at 180 to 240 words a minute; the slow end leaves time for the drawing.
READ_A_MINUTE = 200

SHOWN = re.compile(r"(?<![\w./-])(?:\.venv/bin/)?holdfast ([a-z-]+)([^\n|;)]*)")


def _default(value: Any) -> str:
    if value is None or value == []:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _options() -> dict[str, set[str]]:
    """The long options of each command."""
    commands = typer.main.get_group(app).commands
    return {
        name: {option for each in command.params for option in each.opts if option.startswith("--")}
        for name, command in commands.items()
    }


def test_every_setting_is_told_with_its_default_and_no_other() -> None:
    """The table of settings is that of the code."""
    expected = {
        PREFIX + name.upper(): _default(field.get_default(call_default_factory=True))
        for name, field in Settings.model_fields.items()
    }
    assert expected == {unquoted(row[0]): row[1] for row in rows(OPERATIONS, "## Settings")}


def test_every_variable_that_is_named_exists() -> None:
    """As a setting, or in the example and the tests that read it."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    readers = (
        "docker-compose.yml",
        *("docs/examples/race.py", "tests/databases.py", "bench/baselines/redis_server.py"),
        *("tools/build_pages.py", "web/vite.config.ts", "tests/pages/visit.py", "tests/pages/test_cuts.py"),
    )
    for path in map(ROOT.joinpath, readers):
        known |= set(re.findall(r"HOLDFAST_[A-Z_]+", text(path)))
    named = {name for page in PAGES for name in re.findall(r"HOLDFAST_[A-Z_]*[A-Z]", text(page))}
    assert set() == named - known


def test_every_command_is_told_with_its_options() -> None:
    """The table of commands is that of the command line."""
    table = {unquoted(row[0]).split()[1]: row[1] for row in rows(OPERATIONS, "## Commands")}
    assert _options() == {name: set(re.findall(r"--[a-z-]+", told)) for name, told in table.items()}


def test_every_command_that_is_shown_exists() -> None:
    """With every option that is shown with it."""
    known = _options()
    shown = [found for page in PAGES for code in quoted(page) for found in SHOWN.findall(code)]
    assert known.keys() == {name for name, _ in shown}
    for name, rest in shown:
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= known[name], f"{name}{rest}"


def test_every_target_that_is_named_exists_and_the_other_way_round() -> None:
    """Of the Makefile."""
    makefile = text(ROOT / "Makefile")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        found for page in PAGES for code in quoted(page) for found in re.findall(r"\bmake ([a-z]+)", code)
    }
    assert targets == named


def test_the_error_catalogue_is_that_of_the_code() -> None:
    """In its order, which is precedence."""
    expected = [
        [f"`{code.value}`", str(code.status), code.title, "yes" if code.retryable else ""]
        for code in ErrorCode
    ]
    assert expected == [row[:4] for row in rows(PROTOCOL, "## Errors")]


def test_the_close_codes_are_those_of_the_code() -> None:
    """With their names."""
    expected = [(str(code.value), f"`{code.name}`") for code in CloseCode]
    assert expected == [(row[0], row[1]) for row in rows(PROTOCOL, "### Close codes")]


def test_the_calls_are_those_of_the_code() -> None:
    """Who may make them and whether they need a key."""
    expected = [
        [f"`{call.method} {call.path}`", call.summary, call.who, "yes" if call.keyed else ""]
        for call in CALLS
    ]
    assert expected == rows(PROTOCOL, "## REST")


def test_the_requests_are_those_of_the_code() -> None:
    """None is missing, none is made up."""
    expected = {kind.__struct_config__.tag for kind in get_args(AnyRequest)}
    assert expected == {unquoted(row[0]) for row in rows(PROTOCOL, "### Requests")}


def test_the_invariants_are_those_of_the_code() -> None:
    """By number and by word."""
    expected = re.findall(r"^ {4}(I\d+) +(.+)$", invariants.__doc__ or "", re.MULTILINE)
    assert expected == [(row[0], row[1]) for row in rows(INTERNALS, "## Invariants")]


def test_every_log_line_is_explained_and_none_is_made_up() -> None:
    """What operators find in the logs they find in the table."""
    logged = re.compile(r"\b_?log\.(?:debug|info|warning|error|exception)\(\s*\"([a-z_]+)\"")
    expected = {event for path in CODE for event in logged.findall(text(path))}
    explained = [re.findall(r"`([a-z_]+)`", row[0]) for row in rows(OPERATIONS, "## Logs")]
    assert expected == {event for events in explained for event in events}


def test_every_figure_is_told_and_none_is_made_up() -> None:
    """What operators see in Prometheus they find in the table."""
    made = re.compile(r"\.(?:counter|tally|histograms?|gauges?|counted)\(\s*\"([a-z_]+)\"")
    expected = {name for path in CODE for name in made.findall(text(path))}
    told = {name for row in rows(OPERATIONS, "## Metrics") for name in re.findall(r"`([a-z_]+)`", row[0])}
    assert expected == told


def test_every_file_that_is_named_exists() -> None:
    """Links lead somewhere, and so does the way of a hold."""
    for page in PAGES:
        linked = re.findall(r"\]\((?!https?:)([^)#]+)", text(page))
        named = [
            found
            for code in quoted(page)
            for found in re.findall(r"^[a-z_]+/[\w/.-]+\.(?:py|sql|json|csv)$", code)
        ]
        missing = [each for each in linked if not (page.parent / each).exists()]
        missing += [each for each in named if not (ROOT / each).exists() and each[:4] != "var/"]
        assert [] == missing, page.name


def test_every_heading_that_is_linked_to_exists() -> None:
    """On the page that the link names."""
    for page in PAGES:
        for name, heading in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", text(page)):
            target = page.parent / name if name else page
            assert heading in anchors(target), f"{page.name} links to {name}#{heading}"


def test_a_newcomer_reads_the_first_two_pages_in_ten_minutes() -> None:
    """What they are and how they work; everything else is looked up."""
    words = words_to_read(ROOT / "README.md") + words_to_read(ARCHITECTURE)
    assert words <= 10 * READ_A_MINUTE
