"""The command about what is counted of sales."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import typer

from holdfast.options import JsonFile
from holdfast.output import write_json
from holdfast.settings import Settings


def projections_command(
    what: Annotated[
        Literal["rebuild", "check"],
        typer.Argument(help="rebuild: count all anew and use that; check: count all anew and compare."),
    ],
    json: JsonFile = None,
) -> None:
    """Count all sales anew from the journal; exit status 1 if `check` finds a difference."""
    from holdfast.projections_command import count_anew

    rebuilt = asyncio.run(count_anew(Settings(), swap=what == "rebuild"))
    write_json(json, rebuilt)
    if what == "check" and rebuilt.differences != 0:
        raise typer.Exit(1)
