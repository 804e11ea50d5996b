"""How much a browser has to load before an event's page works."""

from __future__ import annotations

import re

import httpx

from bench.pages.browser import KIB
from bench.pages.figure import Figure


def sizes(url: str, event: str) -> list[Figure]:
    """What a browser has to load, compressed with gzip."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60, headers={"Accept-Encoding": "gzip"}) as http:
        page = http.get(f"/e/{event}").raise_for_status().text
        weights = {
            name: _weight(http, f"/assets/{name}") for name in set(re.findall(r"/assets/([\w.-]+)", page))
        }
        plan = _weight(http, f"/v1/events/{event}/plan?layout=columns")
    scripts = sum(weight for name, weight in weights.items() if name.endswith(".js"))
    styles = sum(weight for name, weight in weights.items() if name.endswith(".css"))
    return [
        Figure("scripts of the event's page", round(scripts / KIB, 1), "KiB", 45),
        Figure("styles", round(styles / KIB, 1), "KiB"),
        Figure("plan", round(plan / KIB, 1), "KiB", 120),
    ]


def _weight(http: httpx.Client, path: str) -> int:
    with http.stream("GET", path) as reply:
        reply.raise_for_status()
        return sum(len(chunk) for chunk in reply.iter_raw())
