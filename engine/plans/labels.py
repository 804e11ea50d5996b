"""What a name in a plan may look like, and how importers bring foreign names into shape.

Rows, tables and seats carry no `-`, because it joins the parts of a public label; the names of
sections do not begin with `~`, because an event has streams that are no sections.
"""

from __future__ import annotations

import re
import unicodedata

from engine.plans.findings import Findings
from engine.plans.limits import LABEL_LENGTH_MAX

JOINT = "-"
RESERVED = "~"
JOINT_SUBSTITUTE = "."
_COLOR = re.compile(r"#(?:[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|[A-Za-z]{3,20}")
_PRICE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")


def tidy(text: str) -> str:
    """`text` in Unicode's composed form, without blanks at its ends and with single ones inside."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def part_label(text: str, findings: Findings) -> str:
    """A label for a row, table or seat: tidy, and with `.` where it had `-`."""
    label = tidy(text)
    if JOINT not in label:
        return label
    findings.warn(f"labels in which {JOINT!r} became {JOINT_SUBSTITUTE!r}")
    return label.replace(JOINT, JOINT_SUBSTITUTE)


def name_fault(text: str, length_max: int = LABEL_LENGTH_MAX) -> str | None:
    """What is wrong with a name, as the end of a sentence, or None."""
    if not text:
        return "is empty"
    if len(text) > length_max:
        return f"is longer than {length_max} characters"
    if text != text.strip():
        return "has blanks at its ends"
    if not text.isprintable():
        return "has characters that cannot be printed"
    return None


def part_label_fault(text: str) -> str | None:
    """What is wrong with the label of a row, table or seat, or None."""
    if JOINT in text:
        return f"contains {JOINT!r}, which joins the parts of a public label"
    return name_fault(text)


def section_name_fault(text: str) -> str | None:
    """What is wrong with the name of a section, or None."""
    if text.startswith(RESERVED):
        return f"begins with {RESERVED!r}, which is kept for streams that are no sections"
    return name_fault(text)


def color_is_plain(color: str) -> bool:
    """Whether `color` is `#` with 3, 4, 6 or 8 hexadecimal digits, or a colour's bare name."""
    return _COLOR.fullmatch(color) is not None


def price_is_plain(price: str) -> bool:
    """Whether `price` is a decimal of at most nine digits and two decimals, without a sign."""
    return _PRICE.fullmatch(price) is not None
