"""What the scale measurement counts: positions in frames, and the moment when the last viewer knows."""

from __future__ import annotations

import os

import msgspec

from bench.memory import mib, pss_bytes
from bench.viewer import Audience, Probe, Summaries
from bench.wide_house import wide_house, wide_label
from engine.layout import SectionLayout

CHANNEL = "evt_1/S000"


def delta(seq: int, channel: str = CHANNEL) -> dict[str, object]:
    """A push that brings a channel to a position."""
    return {"t": "seats.delta", "ch": channel, "seq": seq, "from": seq - 1, "d": {"u": []}}


def test_a_frame_is_summed_up_by_the_last_position_of_each_channel() -> None:
    """Replies, resets and positions of all messages of a frame are seen."""
    frame = msgspec.msgpack.encode(
        [{"re": 2, "ok": True, "d": {}}, {"t": "reset", "ch": CHANNEL, "d": {}}, delta(7), delta(9)]
    )
    found = Summaries().of(frame)
    assert (2, False, 1, {CHANNEL: 9}) == (found.answered, found.refused, found.resets, found.positions)


def test_a_frame_is_read_once() -> None:
    """The same bytes give the same summary again."""
    summaries, frame = Summaries(), msgspec.msgpack.encode(delta(1))
    assert summaries.of(frame) is summaries.of(bytes(bytearray(frame)))


def test_a_probe_ends_with_its_last_viewer() -> None:
    """Earlier positions do not count, and it is done only when everybody knows."""
    probe = Probe(CHANNEL, 2, 0.0)
    probe.held(8)
    probe.heard(0, 7)
    probe.heard(1, 9)
    assert (1, None) == (probe.missing, probe.done_s)
    probe.heard(0, 8)
    assert 0 == probe.missing
    assert probe.done_s is not None


def test_news_may_come_before_the_reply() -> None:
    """A viewer that heard of a hold before its buyer did has heard of it."""
    probe = Probe(CHANNEL, 2, 0.0)
    probe.heard(0, 8)
    probe.heard(1, 7)
    probe.held(8)
    assert 1 == probe.missing


def test_an_audience_follows_its_probes() -> None:
    """A frame counts for the viewer who got it; a probe that is done is followed no more."""
    audience, probe = Audience(), Probe(CHANNEL, 1, 0.0)
    audience.probes[probe] = None
    probe.held(3)
    audience.take(0, msgspec.msgpack.encode(delta(3, "evt_1/S001")))
    assert [probe] == list(audience.probes)
    audience.take(0, msgspec.msgpack.encode(delta(3)))
    assert {} == audience.probes
    assert 2 == audience.frames


def test_labels_are_those_of_the_wide_house() -> None:
    """Buyers ask for seats that exist, section by section in plan order."""
    plan = wide_house(3, 90)
    assert 270 == plan.seat_count
    for number, section in enumerate(plan.sections):
        labels = tuple(wide_label(number, seat) for seat in range(90))
        assert labels == SectionLayout(plan, section.name).labels


def test_a_process_weighs_something_until_it_has_ended() -> None:
    """The proportional set size is read for who lives; nobody else has one."""
    assert mib(pss_bytes(os.getpid())) > 1.0
    assert 0 == pss_bytes(2**22 + 1)
