"""People who look at one section and do nothing: `python -m bench.pages.viewers`, in a process of its own.

It reads a `ViewersSpec` and stays until its input ends (see `bench.pages.beside`).
"""

from __future__ import annotations

import asyncio
import resource
from typing import Final

import msgspec
import uvloop

from bench.pages.beside import READY, connect, opening, say, spec_of, told_to_end
from bench.viewer import HEARTBEAT_S, Audience, Viewer

AT_ONCE: Final = 64
CONNECTED_MAX_S: Final = 30.0


class ViewersSpec(msgspec.Struct, frozen=True):
    """How many look at which section."""

    url: str
    event: str
    section: str
    viewers: int


async def _run(spec: ViewersSpec) -> None:
    audience, body = Audience(), {"event": spec.event, "sections": [spec.section]}
    viewers = [Viewer(number, opening(spec.url), body, audience) for number in range(spec.viewers)]
    for first in range(0, len(viewers), AT_ONCE):
        some = viewers[first : first + AT_ONCE]
        await asyncio.gather(*(connect(each, spec.url, CONNECTED_MAX_S) for each in some))
    if audience.errors:
        raise ConnectionError(f"not everybody sees the section: {audience.errors}")
    say(READY)
    ended = told_to_end()
    while not ended.done():
        for each in viewers:
            each.ping()
            await asyncio.sleep(HEARTBEAT_S / len(viewers))


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(_run(spec_of(ViewersSpec)))
