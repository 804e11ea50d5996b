"""A JSON document read with care: wrong types become problems that name their path, never errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from engine.plan import Point
from engine.plans import limits
from engine.plans.findings import Findings, PlanInvalid, Problem

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHOLE_MAX = 2**63


def refuse(message: str, place: str = "") -> PlanInvalid:
    """The refusal of a document for a single reason."""
    return PlanInvalid((Problem(place, message),))


def check_size(data: bytes) -> None:
    """Refuse what is too large to be looked at. Raises `PlanInvalid`."""
    if len(data) > limits.BYTES_MAX:
        raise refuse(f"the document has more than {limits.BYTES_MAX} bytes")


def decode_json(data: bytes) -> object:
    """The document as plain values. Raises `PlanInvalid` when it is no JSON or out of bounds."""
    check_size(data)
    if data.count(b"{") + data.count(b"[") > limits.OBJECTS_MAX:
        raise refuse(f"the document has more than {limits.OBJECTS_MAX} objects and lists")
    if data.count(b",") > limits.VALUES_MAX:
        raise refuse(f"the document has more than {limits.VALUES_MAX} values")
    try:
        return msgspec.json.decode(data.removeprefix(_BYTE_ORDER_MARK))
    except RecursionError:
        raise refuse("the document is nested too deeply") from None
    except UnicodeDecodeError:
        raise refuse("the document is not UTF-8") from None
    except msgspec.MsgspecError as error:
        raise refuse(f"the document is not JSON: {error}") from None


class Node:
    """An object of the document that knows its place. Readers note what is wrong and go on.

    Each reader gives a neutral value of its type where the document has none or a wrong
    one; only the wrong one is a problem.
    """

    __slots__ = ("_findings", "_key", "_parent", "_value")

    def __init__(
        self,
        value: Mapping[str, object],
        findings: Findings,
        parent: Node | None = None,
        key: str = "",
    ) -> None:
        """`key` leads from `parent` to here: `name` or `name[3]`."""
        self._value = value
        self._findings = findings
        self._parent = parent
        self._key = key

    def at(self, field: str) -> str:
        """The path of `field` in the document, or of this object when `field` is empty."""
        above = "" if self._parent is None else self._parent.at(self._key)
        return f"{above}.{field}" if above and field else above or field

    def has(self, field: str) -> bool:
        """Whether the field says anything: null, false, 0, and empty texts and lists do not."""
        return bool(self._value.get(field))

    def count(self, field: str) -> int:
        """How many items a list has."""
        value = self._value.get(field)
        return len(value) if isinstance(value, list) else 0

    def flag(self, field: str) -> bool:
        """True only for a true boolean."""
        value = self._value.get(field)
        if value is not None and not isinstance(value, bool):
            self._problem(field, "is not true or false")
        return value is True

    def text(self, field: str) -> str | None:
        """A text, None when it is missing."""
        value = self._value.get(field)
        if value is None or isinstance(value, str):
            return value
        self._problem(field, "is not a text")
        return None

    def key(self, field: str) -> str | None:
        """A text or whole number, used as a key, as text."""
        value = self._value.get(field)
        match value:
            case bool():
                pass
            case int() if abs(value) < _WHOLE_MAX:
                return str(value)
            case str() | None:
                return value
        self._problem(field, "is neither a text nor a whole number")
        return None

    def whole(self, field: str) -> int:
        """A whole number, 0 when it is missing or wrong."""
        value = self._value.get(field)
        match value:
            case bool():
                pass
            case int() | float() if -_WHOLE_MAX < value < _WHOLE_MAX and value == int(value):
                return int(value)
        self._problem(field, "is not a whole number")
        return 0

    def number(self, field: str, otherwise: float | None = None) -> float:
        """A bounded number; `otherwise` stands for one that is missing, where that is allowed."""
        value = self._value.get(field)
        if value is None and otherwise is not None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._problem(field, "is not a number")
        elif not -limits.COORDINATE_MAX <= value <= limits.COORDINATE_MAX:
            self._problem(field, f"is farther than {limits.COORDINATE_MAX:.0f} from 0")
        else:
            return float(value)
        return 0.0

    def child(self, field: str) -> Node | None:
        """An object, None when it is missing."""
        value = self._value.get(field)
        if value is None:
            return None
        if isinstance(value, dict):
            return Node(value, self._findings, self, field)
        self._problem(field, "is not an object")
        return None

    def point(self, field: str) -> Point | None:
        """An object with `x` and `y`, None when it is missing."""
        child = self.child(field)
        return None if child is None else child.as_point()

    def as_point(self) -> Point:
        """The object itself as a position."""
        return Point(self.number("x"), self.number("y"))

    def items(self, field: str) -> Iterator[Node]:
        """The objects of a list; nothing when it is missing."""
        value = self._value.get(field)
        if value is None:
            return
        if not isinstance(value, list):
            self._problem(field, "is not a list")
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield Node(item, self._findings, self, f"{field}[{index}]")
            else:
                self._problem(f"{field}[{index}]", "is not an object")

    def _problem(self, field: str, message: str) -> None:
        self._findings.problem(self.at(field), message)
