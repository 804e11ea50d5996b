from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ticketing.signing import TicketSigner, derived_seed
from protocol.ticket_codes import Claims, SignedCode, take_apart

SEED, OTHER = derived_seed("a" * 32), derived_seed("b" * 32)
SIGNER = TicketSigner((SEED,))
CLAIMS = Claims(b"e" * 16, b"o" * 16, "ORCH-C-12", "standard", 1, 1)
CODE = SIGNER.sign(CLAIMS)
SOME_CLAIMS = st.builds(
    Claims,
    event=st.binary(min_size=16, max_size=16),
    order=st.binary(min_size=16, max_size=16),
    seat=st.text(min_size=1, max_size=60),
    type=st.text(min_size=1, max_size=20),
    number=st.integers(1, 1000),
    generation=st.integers(1, 1000),
)


def well_formed(data: bytes) -> str:
    """Bytes in the form of a code."""
    return SignedCode(data[:4], data[4:-64], data[-64:]).text()


@settings(deadline=None)
@given(SOME_CLAIMS)
def test_what_was_signed_is_proven(claims: Claims) -> None:
    """A code says what it was made of, and the same ticket has the same code."""
    assert claims == SIGNER.prove(SIGNER.sign(claims))
    assert SIGNER.sign(claims) == TicketSigner((SEED, OTHER)).sign(claims)


@settings(deadline=None)
@given(st.integers(0, len(CODE) - 1), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
def test_no_letter_can_be_changed(at: int, letter: str) -> None:
    """Whatever is altered in a code, it is forged."""
    altered = CODE[:at] + letter + CODE[at + 1 :]
    assert (CLAIMS if altered == CODE else None) == SIGNER.prove(altered)


@settings(deadline=None)
@given(SOME_CLAIMS, SOME_CLAIMS)
def test_a_signature_fits_one_ticket(mine: Claims, wished: Claims) -> None:
    """Nobody moves a signature from a ticket of theirs to the claims of another."""
    signed, other = take_apart(SIGNER.sign(mine)), take_apart(SIGNER.sign(wished))
    assert signed is not None
    assert other is not None
    made_up = SignedCode(signed.key_id, other.payload, signed.signature).text()
    assert (mine if mine == wished else None) == SIGNER.prove(made_up)


@settings(deadline=None)
@given(st.one_of(st.text(), st.binary(max_size=300).map(well_formed)))
def test_what_is_no_code_is_refused(text: str) -> None:
    """Rubbish, also well-formed rubbish, proves nothing and breaks nothing."""
    assert SIGNER.prove(text) is None


@pytest.mark.parametrize(
    "text", ["", "HF1:", CODE + "\n", CODE + " ", CODE.lower(), CODE[4:], "HF2:" + CODE[4:], CODE * 9]
)
def test_a_ticket_has_one_text(text: str) -> None:
    """What differs from it is no code, even if a lenient reader would take it."""
    assert SIGNER.prove(text) is None


def test_somebody_elses_key_signs_no_ticket() -> None:
    """Not even when it claims to be ours."""
    stranger = TicketSigner((OTHER,))
    assert SIGNER.prove(stranger.sign(CLAIMS)) is None
    parts, ours = take_apart(stranger.sign(CLAIMS)), take_apart(CODE)
    assert parts is not None
    assert ours is not None
    assert SIGNER.prove(SignedCode(ours.key_id, parts.payload, parts.signature).text()) is None


def test_keys_can_be_changed_while_tickets_are_out() -> None:
    """The first key signs, and those behind it are still good; one that is gone is not."""
    both = TicketSigner((OTHER, SEED))
    assert CLAIMS == both.prove(CODE) == TicketSigner((OTHER,)).prove(both.sign(CLAIMS))
    assert TicketSigner((OTHER,)).prove(CODE) is None
    assert [key.kid for key in both.published()] == [
        key.kid for seed in (OTHER, SEED) for key in TicketSigner((seed,)).published()
    ]


def test_a_signature_for_something_else_makes_no_ticket() -> None:
    """The purpose is signed with the claims: the bare bytes are not enough."""
    parts = take_apart(CODE)
    assert parts is not None
    bare = Ed25519PrivateKey.from_private_bytes(SEED).sign(parts.key_id + parts.payload)
    assert SIGNER.prove(SignedCode(parts.key_id, parts.payload, bare).text()) is None


def test_public_keys_are_all_that_a_scanner_needs() -> None:
    """A published key proves a code by itself."""
    (published,) = SIGNER.published()
    parts = take_apart(CODE)
    assert parts is not None
    assert published.kid == parts.key_id.hex()
    key = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(published.x + "="))
    key.verify(parts.signature, parts.signed)


def test_a_code_is_small_and_tells_no_name() -> None:
    """Its letters are those that QR codes hold best, and fit a symbol that thumbs and folds do not hurt."""
    symbol = segno.make_qr(CODE, error="m", boost_error=False)
    assert ("alphanumeric", True) == (symbol.mode, int(str(symbol.version)) <= 9)
