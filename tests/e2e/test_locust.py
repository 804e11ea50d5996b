from __future__ import annotations

import asyncio
import json
import subprocess
import sys

from tests.e2e.world import UNBOUNDED, World, rows_of
from tests.unit.doc_pages import ROOT

LOCUST_TIMEOUT_S = 240


def _locust(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "locust", *words, "--only-summary", "--json", "--loglevel", "ERROR"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LOCUST_TIMEOUT_S,
        check=False,
    )


async def test_locusts_users_buy_over_websocket_and_rest_without_a_failure(world: World) -> None:
    """From a real server, for a moment, as anybody may do with a server of their own."""
    event = await world.put_on_sale(rows_of(*[50] * 40), limits=UNBOUNDED)
    words = [
        "-f",
        "bench/locustfile.py",
        "--headless",
        "--users",
        "6",
        "--spawn-rate",
        "6",
        "--run-time",
        "5s",
    ]
    words += ["--host", world.server.url, "--event", event, "--secret", world.server.secret]
    done = await asyncio.to_thread(_locust, words)
    assert 0 == done.returncode, done.stderr[-2_000:]
    told = json.loads(done.stdout)
    assert 0 == sum(each["num_failures"] for each in told)
    assert {"hello", "hold.create", "/v1/holds"} <= {each["name"] for each in told}
