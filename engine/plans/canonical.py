"""One way to write a plan: equal plans have equal bytes, and the digest of these names them."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from engine.plan import Plan

DIGEST_BYTES = 16


def canonical_json(plan: Plan) -> bytes:
    """`plan` as JSON: fields in the order of the format, defaults left out, coordinates as floats."""
    return msgspec.json.encode(parse_canonical(msgspec.json.encode(plan)))


def plan_digest(plan: Plan) -> str:
    """32 hexadecimal digits that name `plan`: BLAKE2b of its canonical JSON."""
    return blake2b(canonical_json(plan), digest_size=DIGEST_BYTES).hexdigest()


def parse_canonical(data: bytes) -> Plan:
    """The plan that `canonical_json` wrote; meant for stored plans, it repeats no checks.

    Raises `msgspec.MsgspecError` on anything that is not a plan.
    """
    return msgspec.json.decode(data, type=Plan)
