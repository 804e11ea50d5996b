"""Rules by number, and what is said of one that is broken: for every judge of what happened."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

import msgspec


class NumberedRule(StrEnum):
    """A rule's number; `says` is the rule."""

    says: str

    def __new__(cls, number: str, says: str) -> Self:
        """Keep the rule beside its number."""
        member = str.__new__(cls, number)
        member._value_ = number
        member.says = says
        return member


class Breach(msgspec.Struct, frozen=True):
    """A broken rule: which, what is wrong, in which section, and at which record it showed."""

    rule: str
    detail: str
    section: str
    seq: int

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.rule} at {self.section} {self.seq}: {self.detail}"
