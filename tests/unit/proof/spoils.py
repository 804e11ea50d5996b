"""Every way to spoil a history or its journal, and the rules that must speak of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from msgspec.structs import replace

from engine.journal import StoredRecord
from protocol.history import Answered, ChangeSeen, MapSeen, ResetSeen
from tests.unit.proof import spoilt_answers as told
from tests.unit.proof.sales import Sale, lines_of

Spoil = Callable[[Sale], bool]
"""Spoils a sale in one way; False when this sale has nothing of the kind."""


# -- what was seen ------------------------------------------------------------------------------------


def show_another_map(sale: Sale) -> bool:
    """Show another map."""
    place, line = next(lines_of(sale, MapSeen))
    sale.lines[place] = replace(line, status=bytes([line.status[0] ^ 1]) + line.status[1:])
    return True


def show_other_places(sale: Sale) -> bool:
    """Show other places."""
    place, line = next(lines_of(sale, MapSeen))
    sale.lines[place] = replace(line, areas={**line.areas, "Floor": 99})
    return True


def change_a_change(sale: Sale, change: Callable[[ChangeSeen], ChangeSeen]) -> bool:
    """Change a change."""
    for place, line in lines_of(sale, ChangeSeen):
        changed = change(line)
        if changed != line:
            sale.lines[place] = changed
            return True
    return False


def tell_another_status(sale: Sale) -> bool:
    """Tell another status."""
    return change_a_change(sale, lambda line: replace(line, u=tuple((name, "b") for name, _ in line.u)))


def leave_a_seat_out(sale: Sale) -> bool:
    """Leave a seat out."""
    return change_a_change(sale, lambda line: replace(line, u=line.u[1:]))


def lose_a_change(sale: Sale) -> bool:
    """Lose a change."""
    places = [place for place, _ in lines_of(sale, ChangeSeen)]
    kinds = [type(line) for line in sale.lines]
    for place, after in pairwise(places):
        if MapSeen not in kinds[place:after]:
            del sale.lines[place]
            return True
    return False


def show_what_is_not_durable(sale: Sale) -> bool:
    """Show what is not durable."""
    seen = len(sale.rows)
    return change_a_change(sale, lambda line: replace(line, seq=seen + 1) if line.seq == seen else line)


def go_on_after_a_reset(sale: Sale) -> bool:
    """Go on after a reset."""
    for place, line in lines_of(sale, ChangeSeen):
        sale.lines.insert(place, ResetSeen(line.at_ns, line.client, line.channel))
        return True
    return False


def replace_the_history(sale: Sale) -> bool:
    """Replace the history."""
    return change_a_change(sale, lambda line: replace(line, ep="other"))


# -- the journal itself -------------------------------------------------------------------------------


def renumbered(rows: list[StoredRecord]) -> list[StoredRecord]:
    """Renumbered."""
    return [replace(row, seq=seq) for seq, row in enumerate(rows, 1)]


def drop_a_record(sale: Sale) -> bool:
    """Drop a record."""
    del sale.rows[len(sale.rows) // 2]
    return True


def drop_the_last_acknowledged_record(sale: Sale) -> bool:
    """Drop the last acknowledged record."""
    told = [line.body["pos"][1] for _, line in lines_of(sale, Answered)]
    del sale.rows[max(told) - 1 :]
    return True


def duplicate_a_record(sale: Sale) -> bool:
    """Duplicate a record."""
    middle = len(sale.rows) // 2
    sale.rows.insert(middle, sale.rows[middle])
    return True


def duplicate_a_record_under_a_new_number(sale: Sale) -> bool:
    """Duplicate a record under a new number."""
    middle = len(sale.rows) // 2
    sale.rows.insert(middle, sale.rows[middle])
    sale.rows[:] = renumbered(sale.rows)
    return True


def swap_two_records(sale: Sale) -> bool:
    """Swap two records."""
    middle = len(sale.rows) // 2
    one, two = sale.rows[middle], sale.rows[middle + 1]
    sale.rows[middle], sale.rows[middle + 1] = replace(two, seq=one.seq), replace(one, seq=two.seq)
    return one.data != two.data


def let_an_old_owner_write(sale: Sale) -> bool:
    """Let an old owner write."""
    sale.rows[-1] = replace(sale.rows[-1], epoch=0)
    return True


def damage_a_record(sale: Sale) -> bool:
    """Damage a record."""
    row = sale.rows[len(sale.rows) // 2]
    sale.rows[row.seq - 1] = replace(row, data=row.data[:-1])
    return True


SPOILS: dict[Spoil, set[str]] = {
    told.swap_two_acknowledgements: {"H2"},
    told.forge_an_acknowledgement: {"H2"},
    told.give_less_than_was_asked_for: {"H2"},
    told.acknowledge_what_was_never_written: {"H1"},
    told.name_another_history: {"H1"},
    told.name_another_section: {"H1"},
    told.tell_another_price: {"H2"},
    told.tell_another_total: {"H2"},
    told.tell_another_deadline: {"H2"},
    told.tell_another_order: {"H2"},
    told.answer_a_key_twice: {"H3"},
    told.name_another_seat_as_taken: {"H4"},
    told.refuse_a_free_seat: {"H4"},
    told.offer_a_taken_seat: {"H4"},
    told.refuse_for_another_reason: {"H4"},
    told.refuse_what_fits: {"H4"},
    told.refuse_what_is_within_limits: {"H4"},
    told.say_a_live_hold_has_ended: {"H4"},
    told.refuse_without_a_section_what_took_effect: {"H7"},
    told.read_something_else: {"H5"},
    told.read_the_past: {"H6"},
    told.acknowledge_before_it_was_asked: {"H6"},
    show_another_map: {"H8"},
    show_other_places: {"H8"},
    tell_another_status: {"H9"},
    leave_a_seat_out: {"H9"},
    lose_a_change: {"H10"},
    show_what_is_not_durable: {"H1"},
    go_on_after_a_reset: {"H10"},
    replace_the_history: {"H1", "H10"},
    drop_a_record: {"A2"},
    drop_the_last_acknowledged_record: {"H1"},
    duplicate_a_record: {"A2"},
    duplicate_a_record_under_a_new_number: set(),
    swap_two_records: set(),
    let_an_old_owner_write: {"A3"},
    damage_a_record: {"A1"},
}
"""Each way to spoil a history, and rules of which all must speak; where there are none, any may."""
