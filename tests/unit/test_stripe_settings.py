"""Stripe is set as a whole or not at all."""

from __future__ import annotations

import pytest

from gateway.pages.pages import POLICY
from gateway.stripe_page import StripePage
from holdfast.settings import BadSettings, Settings, read_settings
from holdfast.stripe_settings import stripe_bank, stripe_page


def test_without_a_key_there_is_no_stripe() -> None:
    """The library need not be there."""
    assert stripe_bank(Settings()) is None


def test_a_key_needs_the_secret_of_its_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nobody's news could be believed; the setting that is missing is named, before anything starts."""
    monkeypatch.setenv("HOLDFAST_STRIPE_KEY", "sk_test_1")
    with pytest.raises(BadSettings, match=r"HOLDFAST_STRIPE_WEBHOOK_SECRET: .*beside HOLDFAST_STRIPE_KEY"):
        read_settings()
    monkeypatch.setenv("HOLDFAST_STRIPE_WEBHOOK_SECRET", "whsec_1")
    bank = stripe_bank(read_settings())
    assert bank is not None
    assert "stripe" == bank.name


def test_the_checkout_takes_cards_with_both_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key to show without a bank behind it takes none."""
    monkeypatch.setenv("HOLDFAST_STRIPE_PUBLISHABLE_KEY", "pk_test_1")
    assert stripe_page(read_settings()) is None
    monkeypatch.setenv("HOLDFAST_STRIPE_KEY", "sk_test_1")
    monkeypatch.setenv("HOLDFAST_STRIPE_WEBHOOK_SECRET", "whsec_1")
    assert StripePage("pk_test_1") == stripe_page(read_settings())


def test_the_policy_lets_stripe_alone_in() -> None:
    """Its script, its calls and its frames; everything else stays as it is."""
    rules = StripePage("pk_test_1").policy(POLICY).split("; ")
    assert "script-src 'self' https://js.stripe.com https://*.js.stripe.com" in rules
    assert "connect-src 'self' https://api.stripe.com" in rules
    assert "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com" in rules
    changed = ("script-src", "connect-src", "frame-src")
    kept = [rule for rule in rules if not rule.startswith(changed)]
    assert [rule for rule in POLICY.split("; ") if not rule.startswith(changed)] == kept


def test_a_key_is_text_in_the_page() -> None:
    """Whatever is in it."""
    assert '"&gt;' not in StripePage('pk"').head
    assert 'content="pk&quot;"' in StripePage('pk"').head
