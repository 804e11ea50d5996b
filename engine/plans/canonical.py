"""One way to write a plan: equal plans have equal bytes, and the digest of these names them."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from engine.plan import Category, Plan, Point, Section

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


class _Named(msgspec.Struct, frozen=True):
    name: str


class _House(msgspec.Struct, frozen=True):
    """A plan whose sections are not read yet."""

    name: str
    categories: tuple[Category, ...]
    sections: tuple[msgspec.Raw, ...]
    focal: Point | None = None


def parse_section(data: bytes, section: str) -> Plan:
    """The plan that `canonical_json` wrote with no section but the one of this name, if it has one.

    What owns a section of a large house need not make objects of all its seats. Raises
    `msgspec.MsgspecError` on anything that is not a plan.
    """
    house = msgspec.json.decode(data, type=_House)
    parts = tuple(
        msgspec.json.decode(part, type=Section)
        for part in house.sections
        if msgspec.json.decode(part, type=_Named).name == section
    )
    return Plan(house.name, house.categories, parts, house.focal)
