from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from client.calls import Answered, Call, Denied, Draining, Greeted, HelloRefused, Lagging, MapChanged, News
from client.codec import Codec
from client.core import Core
from client.layout import Layout, SectionLayout
from client.seatmap import STATUSES, SeatMap
from protocol.requests import AnyRequest, HoldCreate, HoldExtend, SubscribeBody

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.jsonl"))
KINDS: dict[str, type[AnyRequest]] = {"hold.create": HoldCreate, "hold.extend": HoldExtend}
WORDS: dict[type, str] = {
    Greeted: "greeted",
    HelloRefused: "hello-refused",
    Answered: "answered",
    MapChanged: "map",
    Lagging: "lagging",
    Draining: "draining",
    News: "news",
}


def said(happening: object) -> str:
    """A happening in the words of the transcripts."""
    if isinstance(happening, Denied):
        return "denied to repeat" if happening.repeatable else "denied"
    return WORDS[type(happening)]


def bare(value: Any) -> Any:
    """A message without fields that have nothing to say, which languages write or leave out as they like."""
    if not isinstance(value, dict):
        return value
    kept = {name: bare(each) for name, each in value.items()}
    return {name: each for name, each in kept.items() if each not in (None, False, {}, [])}


class Played:
    """A core that a transcript is played to."""

    def __init__(self) -> None:
        self.core = Core(Codec("json"), "token", "test", 8)
        self.seats: SeatMap | None = None
        self.now_s = 0.0

    def do(self, step: dict[str, Any]) -> None:
        match step["do"]:
            case "connect":
                self.core.connected()
            case "lose":
                self.core.disconnected()
            case "beat":
                self.core.heartbeat()
            case "catch-up":
                self.core.watching.catch_up()
            case "watch":
                layout = Layout([SectionLayout(step["section"], step["seats"], {})])
                self.seats = SeatMap(step["event"], layout)
                self.core.watching.add(self.seats, SubscribeBody(step["event"]))
            case "submit":
                self.submit(step)
            case unknown:
                raise AssertionError(unknown)

    def submit(self, step: dict[str, Any]) -> None:
        kind, plain = KINDS[step["t"]], {"t": step["t"], "idem": step["idem"], "d": step["d"]}

        def build(number: int, left_ms: int) -> AnyRequest:
            return msgspec.convert(plain | {"id": number, "dl": left_ms}, kind)

        self.core.submit(Call(step["t"], step["idem"], build, self.now_s + step["within_s"]))

    def statuses(self) -> str:
        assert self.seats is not None
        (section,) = self.seats.values()
        return "".join(STATUSES[status] for status in section.statuses())


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_is_played_as_it_was_written(path: Path) -> None:
    """Frames that go out, what those that come in mean, and seats; the pages' client plays the same."""
    played = Played()
    for step in map(json.loads, path.read_text().splitlines()):
        played.now_s = step.get("now_s", played.now_s)
        if "do" in step:
            played.do(step)
        if "out" in step:
            sent = [json.loads(frame) for frame in played.core.outgoing(played.now_s)]
            assert [bare(each) for each in step["out"]] == [bare(each) for each in sent]
        if "in" in step:
            happenings = played.core.receive(json.dumps(step["in"]).encode())
            assert step["say"] == [said(each) for each in happenings]
        if "seats" in step and "in" in step:
            assert step["seats"] == played.statuses()
