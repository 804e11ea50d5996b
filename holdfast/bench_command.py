"""`holdfast bench`: runs a scenario with progress, and hands out its figures."""

from __future__ import annotations

from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.flash_sale import SCENARIO, FlashSaleOptions, FlashSaleResult, run_flash_sale
from gateway.access.auth import issue_token
from holdfast.output import console
from holdfast.ports_free import free_port

TOKEN_TTL_S = 86_400


class UnknownScenario(LookupError):
    """There is no benchmark by that name."""


def run_bench(
    scenario: str, connections: int, seconds: float, rounds: int, profile: Path | None, in_earnest: bool
) -> FlashSaleResult:
    """Run a scenario on a server of its own. Raises `UnknownScenario` and `bench.ServerFailed`."""
    if scenario != SCENARIO:
        raise UnknownScenario(f"there is no scenario {scenario!r}; there is {SCENARIO!r}")
    port = free_port()
    options = FlashSaleOptions(
        connections=connections,
        seconds=seconds,
        rounds=rounds,
        port=port,
        profile=profile,
        redis_port=free_port(after=port) if in_earnest else None,
    )
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting a server")

        def told(what: str, number: int, of: int) -> None:
            progress.update(task, description=f"{what}, round {number} of {of}")

        return run_flash_sale(options, _sign, told)


def _sign(secret: str, subject: str) -> str:
    return issue_token(secret, subject, "buyer", TOKEN_TTL_S)
