"""One of the designs of today behind our own gateway, for benchmarks.

`python -m holdfast.baseline_process DESIGN PORT` serves until SIGTERM;
`python -m holdfast.baseline_process DESIGN audit` reads the design's own books and prints
them as JSON. Data directory and secret come from the environment as for `serve`; designs
that need Redis take its URL from `HOLDFAST_REDIS_URL`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import cast

import msgspec
import uvloop

from actors.clock import RandomIds, SystemClock
from actors.process import tune_process
from bench.baselines.catalogue import DesignName, make_design
from bench.baselines.ports import Design
from bench.baselines.redis_server import REDIS_URL
from bench.baselines.sections import BaselineSections, NoNews, NothingToWake
from engine.catalogue import OrderRow
from gateway.app import create_app, drain
from gateway.parts import Parts
from gateway.paying.sandbox_provider import SandboxProvider
from gateway.settings import GatewaySettings
from holdfast.database import open_database
from holdfast.gateway_process import Server, server_config
from holdfast.listener import listen
from holdfast.logs import configure_logs
from holdfast.settings import Settings
from persistence.postgres.catalogue import PostgresCatalogue

HOST = "127.0.0.1"


class _Catalogue(PostgresCatalogue):
    """The product's catalogue, except that order rows go where the design keeps its books."""

    def __init__(self, dsn: str, design: Design) -> None:
        super().__init__(dsn)
        self._design = design

    async def save_orders(self, rows: Sequence[OrderRow]) -> None:
        """To the design's own store, or to the table that the product has."""
        if not await self._design.save_orders(rows):
            await super().save_orders(rows)


async def _serve(name: DesignName, port: int) -> None:
    settings = Settings()
    async with open_database(settings) as database:
        design = make_design(name, database.dsn, os.environ.get(REDIS_URL))
        await design.open()
        catalogue = _Catalogue(database.dsn, design)
        clock, ids = SystemClock(), RandomIds()
        parts = Parts(
            sections=BaselineSections(design, catalogue, clock, ids),
            changes=NoNews(),
            catalogue=catalogue,
            readiness=NothingToWake(),
            providers=(SandboxProvider(),),
            clock=clock,
            ids=ids,
        )
        app = create_app(parts, GatewaySettings(secret=settings.secret(), echo=settings.echo))
        server = Server(server_config(app))
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        tune_process()
        serving = asyncio.ensure_future(server.serve(sockets=[listen(HOST, port)]))
        print(f"ready http://{HOST}:{port}", flush=True)  # noqa: T201  # what the benchmark waits for
        await stopping.wait()
        await drain(app)
        server.should_exit = True
        await serving
        await catalogue.close()
        await design.close()


async def _audit(name: DesignName) -> None:
    async with open_database(Settings()) as database:
        design = make_design(name, database.dsn, os.environ.get(REDIS_URL))
        await design.open()
        try:
            sys.stdout.buffer.write(msgspec.json.encode(await design.audit()))
        finally:
            await design.close()


def main() -> None:
    """Serve or audit as told."""
    name, what = cast(DesignName, sys.argv[1]), sys.argv[2]
    configure_logs(Settings().log_level)
    uvloop.run(_audit(name) if what == "audit" else _serve(name, int(what)))


if __name__ == "__main__":
    main()
