"""Stripe as a bank, through its own library: Payment Intents, idempotency keys, signed webhooks.

`Payment.method` is a payment method's id (`pm_…`); with any other name the buyer's page
gives one to Stripe itself, with the client secret.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final, TypeVar

import stripe

from engine.payments.events import (
    ActionNeeded,
    Declined,
    Opened,
    PaymentEvent,
    Taken,
    Unvoidable,
    Voided,
    Working,
)
from engine.payments.payment import Payment
from gateway.paying.ports import BankAway

METHOD: Final = "pm_"
CONFIRM: Final = "confirm_payment"
"""What the buyer's page has to do where we were given no method of payment."""
REFUND_OF: Final = "holdfast_refund"
REFUNDS_LISTED: Final = 100
"""More than a payment may have refunds."""
TIMEOUT_S: Final = 3.5
T = TypeVar("T")


class StripeBank:
    """Implements `gateway.paying.ports.Bank`; `api_url` is Stripe's own unless something stands in for it."""

    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, api_url: str | None = None) -> None:
        self._webhook_secret = webhook_secret
        self._http = stripe.HTTPXClient(timeout=TIMEOUT_S)
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api_url} if api_url else {},
            http_client=self._http,
            max_network_retries=0,
        )

    async def close(self) -> None:
        """Close its connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the library left it without types

    async def open(self, payment: Payment) -> PaymentEvent:
        """Create the intent, without taking anything."""
        params: Any = {
            "amount": payment.amount,
            "currency": payment.currency.lower(),
            "metadata": {"order": payment.id},
        }
        if payment.method.startswith(METHOD):
            params["payment_method"] = payment.method
        options: Any = {"idempotency_key": f"{payment.id}-open"}
        try:
            created = await _answered(self._client.v1.payment_intents.create_async(params, options))
        except stripe.CardError as refusal:
            return _declined(refusal.code, refusal.user_message)
        except stripe.InvalidRequestError as refusal:
            return _declined("invalid_request", str(refusal.user_message or "This cannot be paid so."))
        return Opened(created.id, created.client_secret or "")

    async def confirm(self, payment: Payment) -> PaymentEvent:
        """Take the money, unless that was asked for already."""
        intent = await self._intent(payment)
        if intent.status != "requires_confirmation":
            return _said(payment, intent)
        options: Any = {"idempotency_key": f"{payment.id}-confirm"}
        asked = self._client.v1.payment_intents.confirm_async(payment.intent, None, options)
        try:
            return _said(payment, await _answered(asked))
        except stripe.CardError as refusal:
            return _declined(refusal.code, refusal.user_message)

    async def look(self, payment: Payment) -> PaymentEvent:
        """How the intent stands."""
        return _said(payment, await self._intent(payment))

    async def void(self, payment: Payment) -> PaymentEvent:
        """Cancel the intent; what is processing cannot be cancelled."""
        intent = await self._intent(payment)
        if intent.status in ("succeeded", "canceled"):
            return _said(payment, intent)
        if intent.status == "processing":
            return Unvoidable()
        try:
            intent = await _answered(self._client.v1.payment_intents.cancel_async(payment.intent))
        except stripe.InvalidRequestError:
            intent = await self._intent(payment)  # it moved meanwhile
            return Unvoidable() if intent.status == "processing" else _said(payment, intent)
        return _said(payment, intent)

    async def refund(self, payment: Payment, number: int) -> None:
        """Give back once: keys are forgotten after a day, so what was given back is looked at first."""
        name = f"{payment.id}-{number}"
        params: Any = {"payment_intent": payment.intent, "limit": REFUNDS_LISTED}
        given = await _answered(self._client.v1.refunds.list_async(params))
        if any(getattr(refund.metadata, REFUND_OF, None) == name for refund in given.data):
            return
        params = {
            "payment_intent": payment.intent,
            "amount": payment.refunds[number].amount,
            "metadata": {REFUND_OF: name},
        }
        options: Any = {"idempotency_key": f"{name}-refund"}
        await _answered(self._client.v1.refunds.create_async(params, options))

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[str, ...] | None:
        """The intent of a signed event; nothing for events that are about something else."""
        try:
            event = stripe.Webhook.construct_event(
                body, headers.get("stripe-signature"), self._webhook_secret
            )
        except (stripe.SignatureVerificationError, ValueError):
            return None
        about: Any = event.data.object
        if event.type.startswith("payment_intent."):
            return (about["id"],)
        return ()

    async def _intent(self, payment: Payment) -> stripe.PaymentIntent:
        return await _answered(self._client.v1.payment_intents.retrieve_async(payment.intent))


async def _answered(asked: Awaitable[T]) -> T:
    """What Stripe answered. Raises `BankAway` where it could not, and its errors where it refused."""
    try:
        return await asked
    except (stripe.CardError, stripe.InvalidRequestError):
        raise
    except stripe.StripeError as error:
        raise BankAway(f"Stripe: {type(error).__name__}: {error}") from error


def _said(payment: Payment, intent: stripe.PaymentIntent) -> PaymentEvent:
    match intent.status:
        case "succeeded":
            if intent.amount != payment.amount:
                raise BankAway("Stripe knows another price for this intent")
            return Taken()
        case "canceled":
            return Voided()
        case "requires_action":
            return ActionNeeded(*_next(intent.next_action))
        case "requires_payment_method":
            error = intent.last_payment_error
            if error is None:
                return ActionNeeded(CONFIRM)
            return _declined(getattr(error, "code", None), getattr(error, "message", None))
        case _:
            return Working()


def _next(action: Any) -> tuple[str, str]:
    """The kind of a next action and where it leads, if it leads anywhere."""
    redirect = getattr(action, "redirect_to_url", None)
    return str(getattr(action, "type", CONFIRM)), str(getattr(redirect, "url", None) or "")


def _declined(code: str | None, reason: str | None) -> Declined:
    return Declined(code or "declined", reason or "The payment was declined.")
