from __future__ import annotations

import pytest

from engine.ids import STREAM_MAX, id_body, stream_of


@pytest.mark.parametrize("stream", [0, 1, STREAM_MAX])
def test_an_id_leads_to_its_stream(stream: int) -> None:
    """Without a look-up."""
    assert stream == stream_of("hld_" + id_body(1_790_000_000_000, 7, stream), "hld")


@pytest.mark.parametrize("made_up", ["", "hld_", "hld_" + "z" * 32, "hld_" + "0" * 31, "ord_" + "0" * 32])
def test_what_is_no_id_of_that_kind_leads_nowhere(made_up: str) -> None:
    """Callers can send anything."""
    assert stream_of(made_up, "hld") is None


def test_ids_are_version_7_of_rfc_9562() -> None:
    """And sort by the time they were made."""
    early, late = id_body(1, 2**42 - 1, 9), id_body(2, 0, 3)
    assert ("7", "7") == (early[12], late[12])
    assert {early[16], late[16]} <= set("89ab")
    assert early < late
