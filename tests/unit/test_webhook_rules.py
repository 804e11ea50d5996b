"""What an answer makes of a delivery and of its endpoint."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.webhooks import (
    FAILING_MAX_MS,
    RETRY_AFTER_MAX_MS,
    SCHEDULE_MS,
    Answer,
    Delivery,
    Endpoint,
    Replay,
    Secret,
    delivery_id,
)

NOW_MS = 1_700_000_000_000
OK, AWAY, GONE = Answer(204), Answer(None, "no answer"), Answer(410)
ENDPOINT = Endpoint("whk_1", "org_1", "https://example.org", (), (Secret("whsec_a"),), NOW_MS)
DELIVERY = Delivery("whk_1.7-2", "whk_1", "7-2", "order.confirmed", "{}", NOW_MS, NOW_MS)


@pytest.mark.parametrize(
    ("kinds", "kind", "wanted"),
    [
        ((), "seats.held", True),
        (("order",), "order.confirmed", True),
        (("order.confirmed",), "order.confirmed", True),
        (("order.confirmed",), "order.cancelled", False),
        (("order",), "seats.held", False),
    ],
)
def test_an_endpoint_hears_what_it_asked_for(kinds: tuple[str, ...], kind: str, wanted: bool) -> None:
    """By type or by noun, or everything; nothing once it is disabled."""
    endpoint = replace(ENDPOINT, kinds=kinds)
    assert wanted == endpoint.wants(kind)
    assert not replace(endpoint, disabled="gone").wants(kind)


def test_a_success_ends_a_delivery() -> None:
    """Nothing is due any more, and the try is in its log."""
    after = DELIVERY.after(OK, NOW_MS, 12, 0.0)
    assert ("delivered", None, 1) == (after.state, after.due_ms, after.version)
    assert [(NOW_MS, 204, 12)] == [(each.at_ms, each.status, each.took_ms) for each in after.attempts]
    assert after.alias is None


def test_failures_follow_the_schedule_until_it_is_over() -> None:
    """Each wait is a little longer than the schedule says, and after the last there is none."""
    delivery, waits = DELIVERY, []
    while delivery.due_ms is not None:
        delivery = delivery.after(AWAY, NOW_MS, 1, 0.5)
        if delivery.due_ms is not None:
            waits.append(delivery.due_ms - NOW_MS)
    assert [int(wait * 1.05) for wait in SCHEDULE_MS] == waits
    assert ("failed", len(SCHEDULE_MS) + 1) == (delivery.state, len(delivery.attempts))


@pytest.mark.parametrize(
    ("asked_ms", "waited_ms"),
    [(1_000, SCHEDULE_MS[0]), (60_000, 60_000), (2 * RETRY_AFTER_MAX_MS, RETRY_AFTER_MAX_MS)],
)
def test_retry_after_puts_a_try_off_and_never_forward(asked_ms: int, waited_ms: int) -> None:
    """For a day at most."""
    after = DELIVERY.after(Answer(503, retry_after_ms=asked_ms), NOW_MS, 1, 0.0)
    assert NOW_MS + waited_ms == after.due_ms


def test_410_ends_a_delivery_and_its_endpoint() -> None:
    """At once."""
    assert "failed" == DELIVERY.after(GONE, NOW_MS, 1, 0.0).state
    assert "it answered 410: gone" == ENDPOINT.after(GONE, NOW_MS).disabled


def test_an_endpoint_is_disabled_after_five_days_without_a_success() -> None:
    """The days begin at the first failure; a success ends them, and so does whoever enables it again."""
    assert ENDPOINT.after(OK, NOW_MS) is ENDPOINT
    failing = ENDPOINT.after(AWAY, NOW_MS)
    assert NOW_MS == failing.failing_since_ms
    assert failing.after(AWAY, NOW_MS + FAILING_MAX_MS - 1) is failing
    assert failing.after(OK, NOW_MS + 1).failing_since_ms is None
    disabled = failing.after(AWAY, NOW_MS + FAILING_MAX_MS)
    assert "nothing succeeded for five days" == disabled.disabled
    assert disabled.after(AWAY, NOW_MS + FAILING_MAX_MS) is disabled
    assert ("", None) == (disabled.enabled().disabled, disabled.enabled().failing_since_ms)


def test_a_rotated_secret_signs_beside_the_new_one_for_a_while() -> None:
    """Three at most, and each until its own time."""
    once = ENDPOINT.rotated("whsec_b", NOW_MS, NOW_MS + 100)
    assert ("whsec_b", "whsec_a") == once.signing(NOW_MS)
    assert ("whsec_b",) == once.signing(NOW_MS + 100)
    twice = once.rotated("whsec_c", NOW_MS + 50, NOW_MS + 150)
    assert ("whsec_c", "whsec_b", "whsec_a") == twice.signing(NOW_MS + 50)
    thrice = twice.rotated("whsec_d", NOW_MS + 60, NOW_MS + 160)
    assert ("whsec_d", "whsec_c", "whsec_b") == thrice.signing(NOW_MS + 60)
    assert ("whsec_e", "whsec_d") == thrice.rotated("whsec_e", NOW_MS + 155, NOW_MS + 300).signing(
        NOW_MS + 200
    )


def test_what_is_put_off_or_dropped_counts_no_try() -> None:
    """A delivery that was not tried keeps its place in the schedule; a dropped one says why."""
    assert (NOW_MS + 5, ()) == (
        DELIVERY.postponed(NOW_MS + 5).due_ms,
        DELIVERY.postponed(NOW_MS + 5).attempts,
    )
    dropped = DELIVERY.dropped("the endpoint is gone", NOW_MS)
    assert ("failed", None, "the endpoint is gone") == (
        dropped.state,
        dropped.due_ms,
        dropped.attempts[0].error,
    )


def test_a_replay_goes_on_until_its_end() -> None:
    """Then it is not due any more."""
    replay = Replay("rpl_1", "whk_1", 7, 0, 300, NOW_MS)
    half = replay.went_on(256, NOW_MS + 1)
    assert (256, NOW_MS + 1, 1) == (half.done_seq, half.due_ms, half.version)
    assert half.went_on(300, NOW_MS + 2).due_ms is None
    assert half.alias is None


def test_the_same_message_is_one_delivery_unless_it_was_asked_for_again() -> None:
    """A replay makes others."""
    assert "whk_1.7-2" == delivery_id("whk_1", "7-2")
    assert "whk_1.7-2.rpl_1" == delivery_id("whk_1", "7-2", "rpl_1")
