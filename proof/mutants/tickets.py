"""Defects of tickets and of the door."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

ROWS: Final = "persistence/postgres/tickets.py"
CONTRACT: Final = "tests/contract/test_tickets.py::"
AT_THE_DOOR: Final = "tests/integration/gateway/test_door.py::"

MUTANTS: Final = (
    Mutant(
        "tickets: any signature will do",
        "Whoever reads one ticket prints a thousand.",
        (
            Edit(
                "protocol/ticket_proofs.py",
                "    except InvalidSignature:\n        return None\n",
                "    except InvalidSignature:\n        pass\n",
            ),
        ),
        (ByTests(("tests/unit/gateway/test_ticket_codes.py::test_a_signature_fits_one_ticket",)),),
    ),
    Mutant(
        "tickets: two doors let in",
        "Of two copies that are scanned at once both are the first.",
        (Edit(ROWS, "sa.or_(unused, earlier) if offline else unused", "sa.or_(unused, earlier)"),),
        (ByTests((CONTRACT + "test_two_doors_at_once_let_one_in",)),),
    ),
    Mutant(
        "tickets: the old one stays good",
        "Who gave a ticket away still gets in with it.",
        (Edit(ROWS, "            _TICKET.generation == came.generation,\n", ""),),
        (ByTests((CONTRACT + "test_a_ticket_that_was_handed_over_is_another",)),),
    ),
    Mutant(
        "tickets: a used one is handed over",
        "Who is inside already sends the ticket to a friend outside.",
        (
            Edit(
                ROWS,
                "_TICKET.generation == to.generation, _TICKET.used_ms.is_(None)",
                "_TICKET.generation == to.generation",
            ),
        ),
        (ByTests((CONTRACT + "test_only_the_generation_that_is_named_is_handed_over",)),),
    ),
    Mutant(
        "tickets: another event's opens the door",
        "The cheapest matinee lets in to the gala.",
        (
            Edit(
                "gateway/ticketing/door.py",
                "    if claims.event_id != body.event:\n        return ELSEWHERE\n",
                "",
            ),
        ),
        (ByTests((AT_THE_DOOR + "test_the_door_refuses_what_is_not_good",)),),
    ),
    Mutant(
        "tickets: the giver keeps the code",
        "Two people have one ticket, and the one who came by it honestly stands outside.",
        (
            Edit(
                "gateway/ticketing/issuing.py",
                'return handed_to in (None, caller.id) or caller.engine_role == "staff"',
                "return True",
            ),
        ),
        (ByTests(("tests/integration/gateway/test_tickets.py::test_a_ticket_changes_hands",)),),
    ),
)
