from __future__ import annotations

import msgspec

from tools.wire_schema import SCHEMA, wire_schema


def test_the_schema_of_the_browsers_client_is_the_published_one() -> None:
    """`make wire` writes it anew, and the types after it."""
    assert SCHEMA.read_text("utf-8") == wire_schema()


def test_pairs_and_what_is_left_out_are_said_as_draft_7_says_them() -> None:
    """A pair has two kinds; a field that is left out where it would be null is never null."""
    parts = msgspec.json.decode(wire_schema())["definitions"]
    assert [{"type": "string"}, {"type": "integer"}] == parts["HoldReply"]["properties"]["pos"]["items"]
    assert {"type": "integer"} == parts["Problem"]["properties"]["retry_after_ms"]
    assert {"anyOf": [{"type": "string"}, {"type": "null"}]} == parts["OrderReply"]["properties"]["pay_by"]
    assert "title" in parts["Problem"]["properties"]
