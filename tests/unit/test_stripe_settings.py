"""Stripe is set as a whole or not at all."""

from __future__ import annotations

import pytest

from holdfast.settings import BadSettings, Settings, read_settings
from holdfast.stripe_settings import stripe_bank


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
