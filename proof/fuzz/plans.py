"""The plan importers: documents in four formats, each spoiled as what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Final

import msgspec

from engine.plans.canonical import canonical_json
from engine.plans.checking import check_plan
from engine.plans.importing import PlanFormat, PlanInvalid, import_plan
from proof.fuzz.documents import DRAWING, FLOORS, LAYOUT, OWN, TABLE
from proof.fuzz.spoiling import LEAVES, damaged, spoil
from proof.fuzz.target import Finding

FORMATS: Final[dict[int, PlanFormat | None]] = {
    ord("h"): "holdfast",
    ord("s"): "seatsio",
    ord("p"): "pretix",
    ord("c"): "csv",
}
"""The first byte of an input says how the rest is to be read; any other leaves that to the importer."""
SPOILED_AS_BYTES: Final = 0.15
CELLS: Final = [
    *(leaf for leaf in map(str, LEAVES)),
    "ORCH",
    "A",
    "1",
    "Gold",
    '"',
    "wheelchair|aisle",
    "nan",
]
WORDS_MAX: Final = 300


class Plans:
    """Inputs are a format's letter and a document."""

    name = "plans"

    def seeds(self) -> Sequence[bytes]:
        """A document in each format, and each left to be recognised."""
        documents = [(b"h", OWN), (b"s", DRAWING), (b"s", FLOORS), (b"p", LAYOUT)]
        written = [(letter, msgspec.json.encode(document)) for letter, document in documents]
        written.append((b"c", TABLE.encode()))
        return [letter + text for letter, text in written] + [b"?" + text for _, text in written]

    def mutate(self, data: bytes, random: Random) -> bytes:
        """Another document of the same kind; seldom a document for another reader."""
        letter, document = data[:1], data[1:]
        if random.random() < SPOILED_AS_BYTES:
            return letter + damaged(document, random)
        try:
            return letter + msgspec.json.encode(spoil(msgspec.json.decode(document), random))
        except (ValueError, TypeError, OverflowError, RecursionError):
            return letter + _another_table(document, random)

    def run(self, data: bytes) -> Iterable[str]:
        """A plan that passes every check and can be stored, or a refusal in words."""
        format_ = FORMATS.get(data[0]) if data else None
        reader = format_ or "recognised"
        try:
            result = import_plan(data[1:], format_)
        except PlanInvalid as refusal:
            if not refusal.problems or not all(problem.message for problem in refusal.problems):
                raise Finding("refused without a word") from refusal
            return [f"{reader}: refused"]
        plan = result.plan
        if findings := check_plan(plan):
            raise Finding(f"imported, but: {findings[:3]}")
        if import_plan(canonical_json(plan), "holdfast").plan != plan:
            raise Finding("what was stored of it is another plan")
        if not all(len(warning) <= WORDS_MAX for warning in result.warnings):
            raise Finding("a warning that is longer than people read")
        return [f"{reader}: imported with warnings" if result.warnings else f"{reader}: imported"]


def _another_table(document: bytes, random: Random) -> bytes:
    """A table with cells, lines or delimiters changed."""
    rows = [line.split(",") for line in document.decode(errors="replace").split("\n")]
    for _ in range(random.randint(1, 3)):
        row = random.choice(rows)
        match random.randrange(4):
            case 0:
                row[random.randrange(len(row))] = random.choice(CELLS)
            case 1:
                row.insert(random.randrange(len(row) + 1), random.choice(CELLS))
            case 2:
                rows.insert(random.randrange(len(rows) + 1), list(row))
            case _:
                random.shuffle(row)
    delimiter = random.choice((",", ",", ",", ";", "\t", "|"))
    return "\n".join(delimiter.join(row) for row in rows).encode("utf-8", "replace")
