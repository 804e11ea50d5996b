"""What follows from the server's secret."""

from __future__ import annotations

import secrets

from gateway.accounts.secrets import Vault, derived_key, digest_of

SECRET = secrets.token_hex(32)


def vault(secret: str = SECRET) -> Vault:
    """A vault with true randomness."""
    return Vault(secret, secrets.token_bytes)


def test_a_successor_follows_from_the_token_and_our_secret_alone() -> None:
    """The same again at any gateway, another one for another token or another server."""
    token = vault().refresh_token()
    assert vault().successor(token) == vault().successor(token)
    others = {vault(secrets.token_hex(32)).successor(token), vault().successor(token + "x"), token}
    assert vault().successor(token) not in others
    assert digest_of(token) != digest_of(vault().successor(token))


def test_codes_have_their_digits_and_their_hashes_belong_to_one_challenge() -> None:
    """Also those that begin with zeros."""
    assert "00000007" == Vault(SECRET, (7).to_bytes).code(8)
    assert {8} == {len(vault().code(8)) for _ in range(100)}
    assert vault().code_digest("one", "12345678") == vault().code_digest("one", "12345678")
    assert vault().code_digest("one", "12345678") != vault().code_digest("other", "12345678")


def test_what_is_sealed_is_read_here_and_for_so_long() -> None:
    """Nobody else reads or makes it."""
    sealed = vault().seal("word", 1_000)
    assert "word" == vault().unseal(sealed)
    assert "word" == vault().unseal_fresh(sealed, 1_060, 60)
    assert None is vault().unseal_fresh(sealed, 1_061, 60)
    assert None is vault(secrets.token_hex(32)).unseal(sealed)
    assert None is vault().unseal("forged")
    assert "word" not in sealed


def test_keys_for_different_purposes_have_nothing_in_common() -> None:
    """One that leaks opens nothing else."""
    assert derived_key(SECRET, b"one") == derived_key(SECRET, b"one")
    assert derived_key(SECRET, b"one") != derived_key(SECRET, b"other")
