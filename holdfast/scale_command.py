"""`holdfast bench scale`: runs the scale measurement with progress."""

from __future__ import annotations

from typing import Final

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.scale import ScaleOptions, ScaleResult, run_scale
from bench.viewers_load import Watch
from gateway.access.auth import issue_token
from holdfast.output import console
from holdfast.ports_free import free_port

TOKEN_TTL_S: Final = 3_600


def run_scale_bench(viewers: int, seconds: float, watch: Watch) -> ScaleResult:
    """Measure on a server of its own. Raises `bench.ServerFailed`."""
    options = ScaleOptions(viewers=viewers, seconds=seconds, watch=watch, port=free_port())
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting a server")

        def told(what: str, number: int, of: int) -> None:
            progress.update(task, description=f"{what}, step {number} of {of}")

        return run_scale(options, _sign, told)


def _sign(secret: str, subject: str) -> str:
    return issue_token(secret, subject, "buyer", TOKEN_TTL_S)
