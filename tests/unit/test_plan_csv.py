from __future__ import annotations

import pytest

from engine.plans import limits
from engine.plans.importing import import_plan
from tests.unit.plan_documents import CSV, refused

HEADER = "section,row,seat,x,y,category\n"


def test_a_table_becomes_sections_rows_and_categories() -> None:
    """Each line is a seat; sections, rows and categories come in the order they first appear."""
    plan = import_plan(CSV.encode(), None, "My hall").plan
    assert plan.name == "My hall"
    assert [s.name for s in plan.sections] == ["ORCH", "BALC"]
    assert [c.key for c in plan.categories] == ["Gold", "Silver"]
    seats = plan.sections[0].rows[0].seats
    assert ["1", "2", "3", "4"] == [s.label for s in seats]
    assert [("wheelchair", "aisle"), ("companion",), (), ()] == [s.attributes for s in seats]
    assert plan.sections[1].rows[0].seats[0].attributes == ("restricted_view", "hearing")
    assert plan.sections[1].rows[0].seats[0].y == 90.5


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_column_orders_are_read(delimiter: str) -> None:
    """Spreadsheets write semicolons and tabs; a byte order mark and unknown columns do no harm."""
    text = "X,Y,Seat,Row,Section,Category,Note\r\n1,2,7,A,S,Gold,hello\r\n\r\n".replace(",", delimiter)
    result = import_plan(b"\xef\xbb\xbf" + text.encode(), "csv")
    (only,) = result.plan.sections[0].rows[0].seats
    assert (only.label, only.x, only.y) == ("7", 1.0, 2.0)
    assert result.plan.name == "Imported plan"
    assert result.warnings == ("columns that are not known are left out: 1",)


def test_seats_sorted_as_text_are_put_in_walking_order() -> None:
    """`1, 10, 11, 2` is the order of the file, not of the row."""
    labels = sorted(str(number) for number in range(1, 13))
    lines = "".join(f"S,A,{label},{int(label) * 20},0,Gold\n" for label in labels)
    result = import_plan((HEADER + lines).encode(), None)
    seats = result.plan.sections[0].rows[0].seats
    assert [str(number) for number in range(1, 13)] == [s.label for s in seats]
    assert not any(s.gap_after for s in seats)
    assert result.warnings == ("rows whose seats were put in the order they stand in: 1",)


def test_problems_name_line_and_column_also_after_reordering() -> None:
    """A problem found by the checks leads back to the line that was moved."""
    lines = ["S,A,1,0,0,Gold", "S,A,3,60,0,Gold", "S,A,2,30,0,", "S,A,4,90,0,Gold", ",,1,0,0,Gold"]
    assert refused((HEADER + "\n".join(lines)).encode()) == {
        "line 4, column category": "there is no category",
        "line 6, column section": "is empty",
        "line 6, column row": "is empty",
    }


def test_wrong_cells_are_all_told() -> None:
    """Numbers must be finite decimals, attributes known, lines whole."""
    text = "section,row,seat,x,y,category,attributes\n"
    text += "S,A,1,nan,1_0,Gold,aisle\n"
    text += "S,A,2,inf,1e99,Gold,throne\n"
    text += "S,A,3,1\n"
    text += "S,A,3,-1.5e1,.5,Gold,aisle aisle\n"
    assert refused(text.encode()) == {
        "line 2, column x": "is not a number",
        "line 2, column y": "is not a number",
        "line 3, column x": "is not a number",
        "line 3, column y": "is farther than 10000000 from 0",
        "line 3, column attributes": "no attribute is called 'throne'; there are wheelchair, companion, "
        "restricted_view, semi_ambulatory, hearing, lift_up_armrest, plus_size, sign_language, aisle",
        "line 4": "has 4 columns, not 7",
        "line 4, column y": "is not a number",
        "line 4, column category": "there is no category",
        "line 5, column seat": "the public name 'S-A-3' is used twice",
    }


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"", {"line 1": "the header has no column section, row, seat, x, y, category"}),
        (b"section,row\n", {"line 1": "the header has no column seat, x, y, category"}),
        (b"section,row,seat,x,y,category,x\n", {"line 1": "the header names a column twice"}),
        (HEADER.encode(), {"": "the plan has nothing to sell"}),
        (b"\xff\xfe", {"": "the table is not UTF-8"}),
    ],
)
def test_tables_without_sense_are_refused(data: bytes, problems: dict[str, str]) -> None:
    """A missing header, an empty table, another encoding."""
    assert refused(data, "csv") == problems


def test_a_torn_quotation_names_its_line() -> None:
    """The csv module's own complaint arrives as a problem."""
    problems = refused((HEADER + 'S,A,1,0,0,Gold\nS,A,"2"x,0,0,Gold\n').encode())
    assert ["line 3"] == list(problems)


def test_a_table_with_too_many_cells_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delimiters and line ends are counted first."""
    monkeypatch.setattr(limits, "VALUES_MAX", 20)
    assert refused(CSV.encode()) == {"": "the table has more than 20 cells and lines"}


def test_a_table_with_too_many_seats_is_left_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the limit, before memory is taken."""
    monkeypatch.setattr("engine.plans.draft.SEATS_MAX", 3)
    assert limits.SEATS_MAX == 200_000
    assert refused(CSV.encode()) == {"": "there are more than the 3 seats that a plan may have"}
