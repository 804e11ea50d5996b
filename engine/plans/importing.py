"""Brings a seating plan in from a document: recognises the format, reads it, checks it whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from engine.plans.csv import read_csv
from engine.plans.findings import Findings, ImportResult, PlanInvalid, Problem
from engine.plans.holdfast import read_holdfast
from engine.plans.pretix import read_pretix
from engine.plans.reading import Node, check_size, decode_json, refuse
from engine.plans.seatsio import read_seatsio

__all__ = ["Description", "ImportResult", "PlanFormat", "PlanInvalid", "Problem", "describe", "import_plan"]

PlanFormat = Literal["holdfast", "seatsio", "pretix", "csv"]
_JSON_BEGINNINGS = (b"{", b"[")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Description(TypedDict):
    """What came in, in figures."""

    sections: int
    seats: int
    ga_capacity: int
    warnings: list[str]


def import_plan(
    data: bytes,
    format: PlanFormat | None,  # noqa: A002 - the word of the contract and of the command line
    name: str | None = None,
) -> ImportResult:
    """The plan in `data`; `format` None looks for itself, `name` replaces the document's own.

    Raises `PlanInvalid` with every problem that was found, up to a named limit; no other
    error comes from a document, whatever it holds. Nothing is ever half imported.
    """
    check_size(data)
    if format == "csv" or (format is None and not _looks_like_json(data)):
        return read_csv(data, Findings(), name)
    document = decode_json(data)
    return _read_json(document, format or _format_of(document), name)


def describe(result: ImportResult) -> Description:
    """The figures of an import, as the command line and the gateway report them."""
    return {
        "sections": len(result.plan.sections),
        "seats": result.plan.seat_count,
        "ga_capacity": result.plan.ga_capacity,
        "warnings": list(result.warnings),
    }


def _read_json(
    document: object, kind: Literal["holdfast", "seatsio", "pretix"], name: str | None
) -> ImportResult:
    findings = Findings()
    if kind == "holdfast":
        return read_holdfast(document, findings, name)
    if not isinstance(document, dict):
        raise refuse("the document is not an object")
    root = Node(document, findings)
    if kind == "seatsio":
        return read_seatsio(root, findings, name)
    return read_pretix(root, findings, name)


def _looks_like_json(data: bytes) -> bool:
    return data.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] in _JSON_BEGINNINGS


def _format_of(document: object) -> Literal["holdfast", "seatsio", "pretix"]:
    """A format's own field tells it: `subChart`, a list of `zones`, a list of `sections`."""
    match document:
        case {"subChart": _} | {"subChartFloors": _}:
            return "seatsio"
        case {"zones": [*_]}:
            return "pretix"
        case {"sections": _} | {"format": _}:
            return "holdfast"
        case Mapping():
            raise refuse("the document is in no format that is known")
    raise refuse("the document is not an object")
