"""Spoils values and bytes: the same damage for every target."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any, Final

CHANGES: Final = (1, 1, 1, 2, 4)
"""How many parts change at once: mostly one, so that what is around it is still understood."""
REPEATS_MAX: Final = 70
"""More than the messages of a frame and the seats of a hold."""
LEAVES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 64, 65, 1_000, 1_001, 2**31, 2**53, 2**63 - 1, -(2**63), 2**64 - 1),
    *(0.0, -0.5, 1e-300, 1e300, 89.999),
    *(
        "",
        " ",
        "\x00",
        "\x1f",
        "\x7f",
        "-",
        "/",
        "1",
        "a" * 201,
        "ß\u202e\U0001f3ab",
        "\ufeff",
        "0.001",
        "-1",
    ),
    *([], {}, [[]], [None], {"": None}),
)
"""Values at the edges of types, limits and patterns."""
_Way = tuple[Any, ...]


def spoil(value: Any, random: Random) -> Any:
    """`value` with a few parts replaced, removed, repeated or swapped; changes it in place."""
    root = [value]
    for _ in range(random.choice(CHANGES)):
        ways = _ways(root)
        *above, key = random.choice(ways)
        holder: Any = root
        for step in above:
            holder = holder[step]
        random.choice(_CHANGES)(root, holder, key, random)
    return root[0]


def _ways(value: Any, above: _Way = ()) -> list[_Way]:
    """The way to every part of a value."""
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    found: list[_Way] = []
    for key, child in children:
        found.append((*above, key))
        found += _ways(child, (*above, key))
    return found


def _replace(_root: Any, holder: Any, key: Any, random: Random) -> None:
    holder[key] = deepcopy(random.choice(LEAVES))


def _nudge(_root: Any, holder: Any, key: Any, random: Random) -> None:
    value = holder[key]
    if isinstance(value, bool | None):
        holder[key] = not value
    elif isinstance(value, int | float):
        holder[key] = value + random.choice((-1, 1, 0.5, 1000, -1000))
    elif isinstance(value, str):
        holder[key] = damaged(value.encode(errors="replace"), random).decode(errors="replace")
    else:
        holder[key] = [value]


def _remove(_root: Any, holder: Any, key: Any, _random: Random) -> None:
    if len(holder) > 1:
        del holder[key]


def _repeat(_root: Any, holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, list) and len(holder) < REPEATS_MAX:
        copies = random.choice((1, 1, 2, 8, REPEATS_MAX - len(holder)))
        holder[key:key] = [deepcopy(holder[key]) for _ in range(copies)]


def _move(root: Any, holder: Any, key: Any, random: Random) -> None:
    """Put a copy of another part here."""
    found: Any = root
    for step in random.choice(_ways(root)):
        found = found[step]
    holder[key] = deepcopy(found)


def _rename(_root: Any, holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, dict):
        holder[random.choice([*map(str, holder), "id", "x"])] = holder.pop(key)


_CHANGES: Final[tuple[Callable[[Any, Any, Any, Random], None], ...]] = (
    _replace,
    _replace,
    _nudge,
    _nudge,
    _remove,
    _repeat,
    _move,
    _rename,
)


def damaged(data: bytes, random: Random) -> bytes:
    """Bytes that were overwritten, cut, stretched or doubled in a few places."""
    spoiled = bytearray(data or b"\x00")
    for _ in range(random.choice(CHANGES)):
        at = random.randrange(len(spoiled))
        match random.randrange(5):
            case 0:
                spoiled[at] = random.randrange(256)
            case 1:
                spoiled[at] ^= 1 << random.randrange(8)
            case 2:
                spoiled[at:at] = random.randbytes(random.randint(1, 4))
            case 3:
                spoiled[at:at] = spoiled[at : at + random.randint(1, 64)]
            case _:
                del spoiled[at : at + random.randint(1, 8)]
        spoiled = spoiled or bytearray(b"\x00")
    return bytes(spoiled)
