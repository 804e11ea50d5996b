"""Reads seats from a table of `section,row,seat,x,y,category,attributes`, one seat a line.

The first line names the columns, in any order; `attributes` may be missing. Columns are
separated by commas, semicolons or tabs, attributes by `|` or blanks. Lines of one row
need not follow one another. General admission and tables cannot be expressed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from engine.plan import Attribute, Category, Seat
from engine.plans import limits
from engine.plans.draft import Draft, DraftRow, DraftSection
from engine.plans.findings import Findings, ImportResult, PlanInvalid
from engine.plans.labels import part_label, tidy
from engine.plans.reading import check_size, refuse

REQUIRED_COLUMNS: Final = ("section", "row", "seat", "x", "y", "category")
_FIELDS: Final = {
    "section.name": "section",
    "row.label": "row",
    "seat.label": "seat",
    "category.key": "category",
    "category.label": "category",
}
_ATTRIBUTES: Final[dict[str, Attribute]] = {name: name for name in get_args(Attribute)}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True)
class _Line:
    """A line of the table as the source of what stands in it."""

    number: int

    def at(self, field: str) -> str:
        if not self.number:
            return ""
        return f"line {self.number}, column {field}" if field else f"line {self.number}"


@dataclass(frozen=True)
class _Cells:
    """The cells of one line by column."""

    line: _Line
    texts: dict[str, str]


def read_csv(data: bytes, findings: Findings, name: str | None) -> ImportResult:
    """The plan that a table of seats describes. Raises `PlanInvalid`."""
    draft = Draft(root=_Line(0), findings=findings, fields=_FIELDS, name=tidy(name or "Imported plan"))
    _Reader(draft).read(_lines(data, findings))
    return draft.finish()


def _lines(data: bytes, findings: Findings) -> Iterator[_Cells]:
    check_size(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("the table is not UTF-8") from None
    header, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=header.count)
    if sum(map(text.count, (delimiter, "\n", "\r"))) > limits.VALUES_MAX:
        raise refuse(f"the table has more than {limits.VALUES_MAX} cells and lines")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []), findings)
        for cells in reader:
            if any(cells):
                yield _cells(columns, cells, _Line(reader.line_num), findings)
    except csv.Error as error:
        findings.problem(f"line {reader.line_num}", f"is not a line of a table: {error}")
        raise PlanInvalid(findings.problems) from None


def _columns(header: list[str], findings: Findings) -> list[str]:
    columns = [cell.strip().lower() for cell in header]
    missing = [column for column in REQUIRED_COLUMNS if column not in columns]
    if missing:
        raise refuse(f"the header has no column {', '.join(missing)}", "line 1")
    if len(set(columns)) != len(columns):
        raise refuse("the header names a column twice", "line 1")
    unread = len(columns) - len({*columns} & {*REQUIRED_COLUMNS, "attributes"})
    findings.warn("columns that are not known are left out", unread)
    return columns


def _cells(columns: list[str], cells: list[str], line: _Line, findings: Findings) -> _Cells:
    if len(cells) != len(columns):
        findings.problem(line.at(""), f"has {len(cells)} columns, not {len(columns)}")
        cells = [*cells, *[""] * len(columns)][: len(columns)]
    return _Cells(line, dict(zip(columns, cells, strict=True)))


class _Reader:
    """Gathers lines into sections and rows in the order in which these first appear."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._findings = draft.findings
        self._sections: dict[str, DraftSection] = {}
        self._rows: dict[tuple[str, str], DraftRow] = {}
        self._categories: set[str] = set()

    def read(self, lines: Iterator[_Cells]) -> None:
        for cells in lines:
            self._draft.count_seats(1)
            self._row(cells).add(self._seat(cells), cells.line)

    def _section(self, cells: _Cells) -> DraftSection:
        name = tidy(cells.texts["section"])
        if name not in self._sections:
            section = DraftSection(name=name, source=cells.line)
            self._sections[name] = section
            self._draft.add_section(section)
        return self._sections[name]

    def _row(self, cells: _Cells) -> DraftRow:
        section = self._section(cells)
        self._findings.section = section.name
        label = part_label(cells.texts["row"], self._findings)
        key = section.name, label
        if key not in self._rows:
            row = DraftRow(label, cells.line)
            self._rows[key] = row
            section.rows.append(row)
        return self._rows[key]

    def _seat(self, cells: _Cells) -> Seat:
        return Seat(
            label=part_label(cells.texts["seat"], self._findings),
            x=self._number(cells, "x"),
            y=self._number(cells, "y"),
            category=self._category(cells),
            attributes=self._attributes(cells),
        )

    def _category(self, cells: _Cells) -> str:
        key = tidy(cells.texts["category"])
        if key and key not in self._categories:
            self._categories.add(key)
            self._draft.categories.append((Category(key=key, label=key), cells.line))
        return key

    def _number(self, cells: _Cells, column: str) -> float:
        text = cells.texts[column].strip()
        place = cells.line.at(column)
        if _NUMBER.fullmatch(text) is None:
            self._findings.problem(place, "is not a number")
            return 0.0
        number = float(text)
        if abs(number) > limits.COORDINATE_MAX:
            self._findings.problem(place, f"is farther than {limits.COORDINATE_MAX:.0f} from 0")
            return 0.0
        return round(number, 2) + 0.0

    def _attributes(self, cells: _Cells) -> tuple[Attribute, ...]:
        words = cells.texts.get("attributes", "").replace("|", " ").split()
        for word in words:
            if word not in _ATTRIBUTES:
                place = cells.line.at("attributes")
                known = ", ".join(_ATTRIBUTES)
                self._findings.problem(place, f"no attribute is called {word[:40]!r}; there are {known}")
        return tuple(name for word, name in _ATTRIBUTES.items() if word in words)
