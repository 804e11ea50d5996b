"""Stripe, where the settings name a key of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.stripe_page import StripePage
from holdfast.settings import Settings, UnsafeSettings

if TYPE_CHECKING:
    from gateway.paying.stripe_bank import StripeBank


def stripe_bank(settings: Settings) -> StripeBank | None:
    """The bank, or None without a key. Raises `UnsafeSettings` where Stripe's library is not installed."""
    if settings.stripe_key is None or settings.stripe_webhook_secret is None:
        return None
    try:
        # Heavy, and of no use to those who take no money by it.
        from gateway.paying.stripe_bank import StripeBank
    except ImportError as missing:
        raise UnsafeSettings(f"HOLDFAST_STRIPE_KEY needs the extra `stripe`: {missing}") from missing
    secret = settings.stripe_webhook_secret.get_secret_value()
    return StripeBank(settings.stripe_key.get_secret_value(), secret, settings.stripe_url)


def stripe_page(settings: Settings) -> StripePage | None:
    """What the checkout takes cards with; None where it has no key to show, or there is no bank behind it."""
    if settings.stripe_key is None or settings.stripe_publishable_key is None:
        return None
    return StripePage(settings.stripe_publishable_key, settings.stripe_url)
