"""Writes the messages of the published AsyncAPI as one JSON Schema, which the TypeScript types are made from.

`make wire` runs it after a message has changed;
`tests/unit/test_wire_schema.py` and `web/tests/package.test.ts` fail until it was.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
SCHEMA: Final = ROOT / "web" / "client" / "wire.schema.json"
DROPPED: Final = ("pattern", "default", "title", "minLength", "maxLength", "maxItems", "minimum", "maximum")
"""What no type of TypeScript can say; a list of at most fifty would become a union of fifty tuples."""

TURNED: Final = ("prefixItems", "properties")


def wire_schema() -> str:
    """The schema as text, in draft 7, where a pair is `items: [first, second]`."""
    from gateway.published.asyncapi import PUSHES, REPLIES, asyncapi  # ours is found once the path says where

    parts = asyncapi("0")["components"]["schemas"]
    told = (*PUSHES.values(), *REPLIES.values())
    with_null = {each.__name__ for each in told if not each.__struct_config__.omit_defaults}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Wire",
        "type": "object",
        "additionalProperties": False,
        "definitions": {
            name: _draft7(part if name in with_null else _left_out(part))
            for name, part in sorted(parts.items())
        },
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _left_out(part: dict[str, Any]) -> dict[str, Any]:
    """A message whose fields are left out where they would be null."""
    fields = {name: _never_null(field) for name, field in part.get("properties", {}).items()}
    return {**part, "properties": fields} if fields else part


def _never_null(field: dict[str, Any]) -> dict[str, Any]:
    kinds = field.get("anyOf", [])
    if field.get("default", ...) is not None or {"type": "null"} not in kinds:
        return field
    others = [kind for kind in kinds if kind != {"type": "null"}]
    return others[0] if len(others) == 1 else {"anyOf": others}


def _draft7(part: Any) -> Any:
    if isinstance(part, list):
        return [_draft7(each) for each in part]
    if not isinstance(part, dict):
        return part.replace("#/components/schemas/", "#/definitions/") if isinstance(part, str) else part
    pair = part.get("prefixItems")
    kept = {name: _draft7(each) for name, each in part.items() if name not in (*DROPPED, *TURNED)}
    if pair is not None:
        kept |= {"items": _draft7(pair), "minItems": len(pair), "maxItems": len(pair)}
    if "properties" in part:
        # A field may be called what a keyword is called.
        kept["properties"] = {name: _draft7(each) for name, each in part["properties"].items()}
        kept["additionalProperties"] = False
    return kept


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    SCHEMA.write_text(wire_schema(), "utf-8")
