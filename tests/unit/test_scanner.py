from __future__ import annotations

import pytest

from client.scanner import Scanner
from gateway.ticketing.signing import TicketSigner, derived_seed
from protocol.ticket_codes import Claims
from protocol.tickets import TicketKey

CLAIMS = Claims(b"e" * 16, b"o" * 16, "ORCH-C-12", "standard", 1, 2)
SIGNER = TicketSigner((derived_seed("new"), derived_seed("old")))


def test_a_scanner_knows_tickets_by_public_keys_alone() -> None:
    """Of every key that is published, and of no other."""
    scanner = Scanner(SIGNER.published())
    for secret in ("new", "old"):
        code = TicketSigner((derived_seed(secret),)).sign(CLAIMS)
        assert (CLAIMS, f"evt_{16 * '65'}", f"ord_{16 * '6f'}") == (
            *(scanner.prove(code), CLAIMS.event_id, CLAIMS.order_id),
        )
    assert scanner.prove(TicketSigner((derived_seed("other"),)).sign(CLAIMS)) is None


def test_a_key_that_is_none_is_refused() -> None:
    """Before anybody stands at the door."""
    with pytest.raises(ValueError, match="public key"):
        Scanner([TicketKey("00", "AAAA")])
