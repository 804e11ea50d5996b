"""The commands about what is sold: plans and events."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.catalogue import DEFAULT_ORGANISER
from holdfast.options import JsonFile
from holdfast.output import console, write_json
from holdfast.settings import Settings

Format = Literal["holdfast", "seatsio", "pretix", "csv"]


def import_plan_command(
    file: Annotated[Path, typer.Argument(help="The drawing.", exists=True, dir_okay=False)],
    kind: Annotated[
        Format | None, typer.Option("--format", help="Its format; detected if not given.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="A name for the plan.")] = None,
    organiser: Annotated[
        str, typer.Option(help="Whose plan it is, and every event on it.")
    ] = DEFAULT_ORGANISER,
    json: JsonFile = None,
) -> None:
    """Import a seating plan; what is wrong with it is told by place, and nothing is half imported."""
    from engine.plans.findings import PlanInvalid
    from holdfast.catalogue_commands import store_plan

    try:
        result = asyncio.run(store_plan(Settings(), file.read_bytes(), kind, name, organiser))
    except PlanInvalid as invalid:
        for problem in invalid.problems:
            console.print(f"[red]error[/red] {problem.place}: {problem.message}", highlight=False)
        write_json(json, {"errors": [f"{each.place}: {each.message}" for each in invalid.problems]})
        raise typer.Exit(1) from None
    for warning in result.warnings:
        console.print(f"[yellow]warning[/yellow] {warning}", highlight=False)
    console.print(
        f"plan {result.plan}: {result.sections} sections, {result.seats} seats, "
        f"{result.ga_capacity} general-admission places"
    )
    write_json(json, result)


def create_event_command(  # noqa: PLR0913, PLR0917  # options are arguments
    plan: Annotated[str, typer.Option(help="The plan that is sold.")],
    name: Annotated[str, typer.Option(help="The event's name.")],
    opened: Annotated[bool, typer.Option("--open", help="Open the sale at once.")] = False,
    terms: Annotated[
        Path | None, typer.Option(help="A JSON file with the terms of the sale.", exists=True, dir_okay=False)
    ] = None,
    queue: Annotated[
        Path | None,
        typer.Option(help="A JSON file with the settings of a waiting room.", exists=True, dir_okay=False),
    ] = None,
    venue: Annotated[str | None, typer.Option(help="Where it takes place: the id of a venue.")] = None,
    starts: Annotated[str | None, typer.Option(help="When it begins, such as 2027-03-06T19:30Z.")] = None,
    ends: Annotated[str | None, typer.Option(help="When it ends.")] = None,
    doors: Annotated[str | None, typer.Option(help="When the doors open.")] = None,
    category: Annotated[str | None, typer.Option(help="What kind of event it is.")] = None,
    description: Annotated[str, typer.Option(help="What people read of it.")] = "",
    json: JsonFile = None,
) -> None:
    """Create an event on a stored plan."""
    from holdfast.catalogue_commands import billing_from, store_event

    text = None if terms is None else terms.read_bytes()
    room = None if queue is None else queue.read_bytes()
    billing = billing_from(
        venue=venue,
        starts_at=starts,
        ends_at=ends,
        doors_at=doors,
        category=category,
        description=description,
    )
    event = asyncio.run(
        store_event(Settings(), plan, name, text, opened=opened, queue_json=room, billing=billing)
    )
    console.print(f"event {event.id}: {event.name}, {event.status}, {len(event.sections)} sections")
    write_json(json, {"event": event.id})


def seed_command(
    venues: Annotated[int, typer.Option(help="How many venues.", min=1, max=50_000)] = 200,
    events: Annotated[int, typer.Option(help="How many events.", min=0, max=1_000_000)] = 2_000,
    seed: Annotated[int, typer.Option(help="The same seed, the same towns.")] = 1,
    json: JsonFile = None,
) -> None:
    """Make up venues and events on sale in real cities, to look around in."""
    from holdfast.seed_command import seed_database

    result = asyncio.run(seed_database(Settings(), venues, events, seed))
    console.print(f"{result.venues} venues and {result.events} events in {result.seconds} s")
    write_json(json, result)
