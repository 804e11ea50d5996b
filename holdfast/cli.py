"""The command line. Exit status 0 means that what the command checks holds."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from holdfast.cli_catalogue import create_event_command, import_plan_command, seed_command
from holdfast.cli_projections import projections_command
from holdfast.logs import configure_logs
from holdfast.options import JsonFile
from holdfast.output import console, write_json
from holdfast.settings import BadSettings, Settings, UnsafeSettings, read_settings

app = typer.Typer(
    help="A realtime booking engine for the minute when everybody wants the same seats.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("import-plan")(import_plan_command)
app.command("create-event")(create_event_command)
app.command("seed")(seed_command)
app.command("projections")(projections_command)


def main() -> None:
    """Run the command; what stands in its way is told in a sentence, not in a traceback."""
    from engine.journal import StorageError
    from persistence.errors import PersistenceError

    try:
        configure_logs(read_settings().log_level)
        app()
    except (
        BadSettings,
        UnsafeSettings,
        PersistenceError,
        StorageError,
        LookupError,
        ValueError,
        OSError,
    ) as error:
        console.print(f"[red]holdfast:[/red] {error}", highlight=False)
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve; embedded parts stand in for every URL that is not set."""
    import uvloop

    from holdfast.supervisor import supervise

    uvloop.run(supervise(Settings(), host, port, lambda url: print(f"ready {url}", flush=True)))  # noqa: T201


@app.command()
def token(
    role: Annotated[Literal["buyer", "organiser", "staff", "admin"], typer.Option(help="What it allows.")],
    sub: Annotated[str, typer.Option(help="Whom it speaks for.")] = "operator",
    ttl: Annotated[int, typer.Option(help="Seconds until it expires.", min=1)] = 3600,
    organiser: Annotated[
        list[str] | None, typer.Option(help="An organiser that it acts for; the first one if none is named.")
    ] = None,
) -> None:
    """Print a signed token, for operators and scripts."""
    from gateway.access.auth import issue_token

    print(issue_token(Settings().secret(), sub, role, ttl, organisers=tuple(organiser or ())))  # noqa: T201


@app.command()
def verify(
    history: Annotated[
        list[Path] | None,
        typer.Option(help="Check a recorded history against the journal too.", exists=True, dir_okay=False),
    ] = None,
    json: JsonFile = None,
) -> None:
    """Audit the journal twice, by replay and by an auditor of its own; exit status 1 on any breach."""
    from holdfast.verify_command import audit_database

    verdict = asyncio.run(audit_database(Settings(), tuple(history or ())))
    write_json(json, verdict)
    if not verdict.clean:
        raise typer.Exit(1)


@app.command()
def verify_draw(
    file: Annotated[
        Path | None,
        typer.Argument(help="What GET /v1/events/{event}/queue/draw gave.", exists=True, dir_okay=False),
    ] = None,
    event: Annotated[str | None, typer.Option(help="Check the draw of this event from its journal.")] = None,
    json: JsonFile = None,
) -> None:
    """Make the draw of a waiting room again; exit status 1 if it is not what was published."""
    from holdfast.verify_draw import judge_draw, read_draw, stored_draw, tell

    if (file is None) == (event is None):
        raise typer.BadParameter("give either a file or --event")
    draw = asyncio.run(stored_draw(Settings(), event)) if event is not None else read_draw(file or Path())
    verdict = judge_draw(draw)
    tell(verdict)
    write_json(json, verdict)
    if verdict.breaches:
        raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from holdfast.database import open_database

    async def run() -> None:
        async with open_database(Settings()):
            console.print("the database is up to date")

    asyncio.run(run())


@app.command()
def worker(
    name: Annotated[str, typer.Argument(help="relay, the name of a consumer, or all.")],
) -> None:
    """Relay the journal's news, or act on them, until it is told to stop."""
    from holdfast.worker_process import work
    from holdfast.workforce import NAMES

    if name not in NAMES:
        raise typer.BadParameter(f"there is {', '.join(NAMES)}")
    asyncio.run(work(Settings(), name))


@app.command()
def demo(
    buyers: Annotated[
        int | None, typer.Option(help="How many people come: 2,000, or 5,000 with --full.", min=1, max=20_000)
    ] = None,
    seed: Annotated[int, typer.Option(help="The crowd's seed: the same seed, the same habits.")] = 1,
    report: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("var/demo-report.html"),
    hold_open: Annotated[
        bool, typer.Option("--hold-open", help="Let the crowd wait for a spectator, and stay open after it.")
    ] = False,
    full: Annotated[
        bool,
        typer.Option("--full", help="From the queue to the tickets: waiting room, draw, payments, refunds."),
    ] = False,
    json: JsonFile = None,
) -> None:
    """Sell out an arena to a crowd on embedded parts, then audit the books."""
    import uvloop

    if full:
        from holdfast.full_demo import run_full_demo

        told = uvloop.run(run_full_demo(buyers or 5_000, seed))
        write_json(json, told)
        if not told.clean:
            raise typer.Exit(1)
        return
    from holdfast.demo import run_demo_command

    result = uvloop.run(run_demo_command(buyers or 2_000, seed, report, hold_open))
    write_json(json, result)
    if not result.clean:
        raise typer.Exit(1)


@app.command()
def simulate(  # noqa: PLR0913, PLR0917  # options are arguments
    seeds: Annotated[int, typer.Option(help="How many sales, one for each seed.", min=1)] = 200,
    start: Annotated[int, typer.Option(help="The first seed.", min=0)] = 1,
    jobs: Annotated[int, typer.Option(help="Processes that play side by side.", min=1)] = 1,
    commands: Annotated[int, typer.Option(help="Commands given in each sale.", min=1)] = 1_000,
    buyers: Annotated[
        int | None, typer.Option(help="Buyers in each sale; drawn if not given.", min=1)
    ] = None,
    without: Annotated[list[str] | None, typer.Option(help="A fault that is not to happen.")] = None,
    shrink: Annotated[bool, typer.Option("--shrink", help="Make the first failing sale smaller.")] = False,
    json: JsonFile = None,
) -> None:
    """Play seeded sales under simulated faults; exit status 1 on a violation."""
    from holdfast.simulate_command import run_simulation, shrink_first
    from proof.simulation.scenario import Scenario

    faults = tuple(without or ())
    scenarios = [Scenario(seed, commands, buyers, faults) for seed in range(start, start + seeds)]
    report = run_simulation(scenarios, jobs)
    write_json(json, report)
    if report.failures and shrink:
        shrink_first(report, scenarios)
    if not report.clean:
        raise typer.Exit(1)


@app.command()
def bench(  # noqa: PLR0913, PLR0917 - the options of a command are its arguments
    scenario: Annotated[
        str,
        typer.Argument(
            help="flash-sale, scale, queue, discovery, pages(-news, -beaten, -healing, -board, -install), "
            "designs, all, suite's."
        ),
    ] = "flash-sale",
    connections: Annotated[
        int | None, typer.Option(help="Websocket connections; 200, or 5,000 viewers.", min=1, max=20_000)
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help="Length of each measured round; 4, or 10 of buying.", min=0.5)
    ] = None,
    rounds: Annotated[int, typer.Option(help="Rounds; medians are told.", min=1)] = 3,
    watch: Annotated[
        Literal["section", "event", "counts"], typer.Option(help="scale: what each viewer watches.")
    ] = "section",
    repeat: Annotated[int, typer.Option(help="Suite: runs of each; medians are told.", min=1)] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="Suite: a smoke run, tiny and short.")] = False,
    in_earnest: Annotated[
        bool, typer.Option("--in-earnest", help="flash-sale: with accounts, rates, metrics and traces on.")
    ] = False,
    profile: Annotated[Path | None, typer.Option(help="Folder for profiles of the processes.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where an HTML report goes.")] = None,
    json: JsonFile = None,
) -> None:
    """Measure durable holds and bookings beside a bare echo, or how a server scales with viewers."""
    if scenario == "scale":
        _bench_scale(connections or 5_000, seconds or 10.0, watch, json)
        return
    if scenario == "discovery":
        _bench_discovery(quick, json)
        return
    if scenario.startswith("pages"):
        _bench_pages(scenario, seconds, json)
        return
    if scenario == "queue":
        from holdfast.queue_bench import bench_queue

        bench_queue(connections, seconds, quick, json)
        return
    if scenario != "flash-sale":
        from holdfast.suite_command import Request, bench_suite

        bench_suite(Request(scenario, connections, seconds, repeat, quick), report, json)
        return
    from bench.report import bench_report
    from bench.summary import bench_summary
    from holdfast.bench_command import run_bench

    result = run_bench(scenario, connections or 200, seconds or 4.0, rounds, profile, in_earnest)
    console.print(bench_summary(result))
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(bench_report(result), "utf-8")
        console.print(f"report: {report}")
    write_json(json, result)
    if result.breaches or result.errors:
        raise typer.Exit(1)


def _bench_discovery(quick: bool, json: str | None) -> None:
    from holdfast.discovery_bench import run_discovery_bench, told

    result = asyncio.run(run_discovery_bench(Settings(), quick=quick))
    console.print(told(result))
    write_json(json, result)
    if not result.met and not quick:
        raise typer.Exit(1)


def _bench_pages(part: str, seconds: float | None, json: str | None) -> None:
    from holdfast.pages_command import print_pages_bench, run_pages_bench

    result = run_pages_bench(part, seconds)
    print_pages_bench(result)
    write_json(json, result)
    if not result.met:
        raise typer.Exit(1)


def _bench_scale(
    viewers: int, seconds: float, watch: Literal["section", "event", "counts"], json: str | None
) -> None:
    from bench.scale_summary import scale_summary
    from holdfast.scale_command import run_scale_bench

    result = run_scale_bench(viewers, seconds, watch)
    console.print(scale_summary(result))
    write_json(json, result)
    if result.breaches or result.errors:
        raise typer.Exit(1)
