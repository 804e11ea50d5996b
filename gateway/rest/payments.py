"""What banks tell, what the sandbox's buyers do, and refunds."""

from __future__ import annotations

from typing import Final

from gateway.paying.counter import Counter
from gateway.paying.sandbox_bank import SandboxBank
from gateway.rest.call import Call, Refused, read_body
from gateway.rest.operation import Operation, Settled
from protocol.errors import ErrorCode, Problem, problem
from protocol.payments import Approval, ApproveBody, RefundBody, WebhookTaken
from protocol.replies import OrderReply

NO_BANK: Final = problem(ErrorCode.NOT_FOUND, "There is no such payment provider.")


async def take_webhook(call: Call) -> WebhookTaken | Problem:
    """Take in signed news of a payment provider."""
    body = await read_body(call.request, call.office.settings.body_bytes_max)
    taken = await _counter(call).webhooks.receive(call.path("provider"), call.request.headers, body)
    if taken is None:
        return NO_BANK
    return WebhookTaken() if taken else problem(ErrorCode.SIGNATURE_INVALID)


async def approve_payment(call: Call) -> Approval | Problem:
    """Take the second step of a payment in the sandbox."""
    body: ApproveBody = call.body
    bank = _counter(call).banks.get(SandboxBank.name)
    if not isinstance(bank, SandboxBank):
        return NO_BANK
    intent = await bank.approve(body.client_secret, body.approve)
    if intent is None:
        return problem(ErrorCode.NOT_FOUND, "There is no such payment.")
    return Approval(intent.order, intent.standing == "taken")


async def refund_order(call: Call) -> Settled | Problem:
    """Give back money of an order, some of its seats, or all of both."""
    body: RefundBody = call.body
    if call.idem is None:
        raise Refused(problem(ErrorCode.IDEMPOTENCY_KEY_MISSING))
    order, counter = call.path("order"), _counter(call)
    outcome = await counter.refund(order, body, call.caller, call.idem, call.deadline_ms)
    return outcome if isinstance(outcome, Problem) else Settled(outcome.order, outcome.replayed)


def _counter(call: Call) -> Counter:
    counter = call.office.checkout.counter
    if counter is None:
        raise Refused(NO_BANK)
    return counter


OPERATIONS: Final = (
    Operation(
        "POST",
        "/orders/{order}/refund",
        "Refund an order",
        refund_order,
        RefundBody,
        OrderReply,
        keyed=True,
        errors=(ErrorCode.HOLD_MISMATCH, ErrorCode.INVALID, ErrorCode.LIMIT_EXCEEDED),
    ),
    Operation(
        "POST",
        "/payments/{provider}/webhook",
        "Take in news of a payment provider",
        take_webhook,
        reply=WebhookTaken,
        errors=(ErrorCode.SIGNATURE_INVALID,),
    ),
    Operation(
        "POST",
        "/payments/sandbox/approve",
        "Approve or decline a payment in the sandbox",
        approve_payment,
        ApproveBody,
        Approval,
    ),
)
