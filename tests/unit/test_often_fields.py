"""Texts that come by the thousand are checked by hand: by nothing less than the pattern that is published."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

import protocol

GOOD = "mia@example.com"
"""Which every such field takes."""
SPOILT = ("mia@example.com\n", "mia\x00@example.com", "mia\x7f@example.com", "mia@exam\x1fple.com")
TEXTS = (GOOD, *SPOILT, "mia", "@example.com", "mia@", "mia@example@com", "mia @example.com", "Zoë@例え.jp")


def structs() -> Iterator[type[msgspec.Struct]]:
    """Every struct that a module of the protocol makes."""
    for module in pkgutil.iter_modules(protocol.__path__, "protocol."):
        for each in vars(importlib.import_module(module.name)).values():
            if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__module__ == module.name:
                yield each


def merely_published(hint: Any) -> str | None:
    """The pattern that a decoder is not told of; None where there is none."""
    for part in get_args(hint):
        if isinstance(part, msgspec.Meta) and "pattern" in (part.extra_json_schema or {}):
            return str((part.extra_json_schema or {})["pattern"])
        if (deeper := merely_published(part)) is not None:
            return deeper
    return None


def often(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The patterns of its fields that only it can check."""
    hints = get_type_hints(struct, include_extras=True)
    patterns = {name: merely_published(hints[name]) for name in struct.__struct_fields__}
    return {name: pattern for name, pattern in patterns.items() if pattern is not None}


FIELDS = [
    pytest.param(struct, name, pattern, id=f"{struct.__name__}.{name}")
    for struct in structs()
    for name, pattern in often(struct).items()
]


def takes(struct: type[msgspec.Struct], field: str, text: str) -> bool:
    """Whether it comes into being with this text, all else being well."""
    values = dict.fromkeys(struct.__struct_fields__) | dict.fromkeys(often(struct), GOOD)
    try:
        struct(**values | {field: text})
    except ValueError:
        return False
    return True


def test_such_fields_are_found() -> None:
    """The walk goes where requests are."""
    assert {"Buyer.name", "Buyer.email", "HoldCreate.idem"} <= {each.id for each in FIELDS}


@pytest.mark.parametrize(("struct", "field", "pattern"), FIELDS)
def test_what_is_published_is_checked(struct: type[msgspec.Struct], field: str, pattern: str) -> None:
    """A field takes the same texts as its pattern."""
    published = re.compile(pattern).search
    assert not any(map(published, SPOILT))
    assert [published(text) is not None for text in TEXTS] == [takes(struct, field, text) for text in TEXTS]
