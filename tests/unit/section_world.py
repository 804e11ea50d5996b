"""A small section and a table language to tell its story: one line a command, its outcome at the end.

    ann hold A-1 A-2 as h        -> placed A-1 A-2
    bob hold A-2                 -> seat_taken A-2
    +600000                      (time passes)
    system expire                -> expired h

`as NAME` names the hold or order that comes out of it, `key=K` is an idempotency key,
`into=h` adds to a hold, `types=A-1:child` gives ticket types, `via=vip` is a channel.
`staff` and `system` have those roles, all others are buyers. Labels leave out the section.
The verbs of parts are told of in `part_verbs`.
"""

from __future__ import annotations

from engine.commands import AnyCommand, Entry, Request, Role
from engine.decide import decide
from engine.decisions import Accepted, Decision, Read, Rejected, Replayed
from engine.events import (
    AnyEvent,
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldsExpired,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    OrderReduced,
    PartSettled,
    PartTaken,
    PlacesItem,
    Record,
    Refused,
    SeatItem,
    SectionCreated,
)
from engine.figures import Figures
from engine.holds import Gathered, Hold, Order
from engine.ids import id_body
from engine.invariants import check
from engine.journal import StoredRecord, StreamSource
from engine.layout import SectionLayout
from engine.plan import Area, Category, Plan, Point, Row, Seat, Section, Table
from engine.plans.canonical import canonical_json, plan_digest
from engine.record_codec import decode_record, encode_record
from engine.refusals import Refusal
from engine.replay import replay
from engine.snapshot import capture, digest, encode, restore
from engine.state import SectionState
from engine.terms import Limits, Terms
from engine.waitlist.events import EntryEnded, EntryJoined, EntryMoved
from engine.waitlist.match import take_effect
from engine.waitlist.party import Found, Placed
from proof.auditor import Auditor, Rule
from tests.unit.part_verbs import part_words
from tests.unit.story_commands import command_of

START_MS = 1_700_000_000_000
LIMITS = Limits(
    seats_per_hold=4, seats_per_buyer=6, holds_per_buyer=2, renewals=2, hold_life_max_ms=1_500_000
)
TERMS = Terms(
    prices={"gold": {"standard": 1000, "child": 500}, "silver": {"standard": 600}},
    limits=LIMITS,
    sale="open",
)


def chairs(row: float, category: str, count: int, gap_after: int = 0) -> tuple[Seat, ...]:
    """A row of seats from 1 on, one unit apart."""
    return tuple(
        Seat(str(number), float(number), row, category, gap_after=number == gap_after)
        for number in range(1, count + 1)
    )


PLAN = Plan(
    name="Small",
    categories=(
        Category("gold", "Gold"),
        Category("silver", "Silver"),
        Category("free", "Free"),
        Category("wheel", "Wheelchair", accessible=True),
    ),
    sections=(
        Section(
            name="S",
            rows=(
                Row("A", chairs(1, "gold", 6)),
                Row("B", chairs(2, "silver", 6, gap_after=3)),
                Row("W", chairs(3, "wheel", 2)),
            ),
            tables=(
                Table("T", chairs(4, "gold", 4), sell="whole"),
                Table("U", chairs(5, "free", 3)),
            ),
            areas=(Area("Floor", 5, "silver"), Area("Pit", 2, "free")),
            focal=Point(3.5, 0.0),
        ),
    ),
)


class World:
    """A section, its journal, and the names that a scenario has given."""

    def __init__(self, plan: Plan = PLAN, terms: Terms = TERMS) -> None:
        self.layout = SectionLayout(plan, plan.sections[0].name)
        self.state = SectionState(self.layout)
        self.journal: list[bytes] = []
        self.now_ms = START_MS
        self.names: dict[str, str] = {}
        self._made = 0
        self.source = StreamSource(7, "evt_1", self.layout.name, "ep", "pln_1", canonical_json(plan))
        created = SectionCreated("evt_1", self.layout.name, "pln_1", plan_digest(plan), terms)
        self.append(Record(self.now_ms, "system", created))

    def append(self, record: Record, body: str = "") -> Record:
        """Let a record take effect and write it, with what it offers."""
        record, _ = take_effect(self.state, record, body)
        self.journal.append(encode_record(record))
        return record

    def ask(
        self,
        who: str,
        command: AnyCommand,
        idem: str | None = None,
        channels: tuple[str, ...] = (),
        fingerprint: bytes = b"",
    ) -> Decision:
        """Let somebody give a command and write what comes out of it."""
        self._made += 1
        role: Role = "staff" if who == "staff" else "system" if who == "system" else "buyer"
        body = id_body(self.now_ms, self._made, 7)
        request = Request(who, command, idem, fingerprint, role, channels)
        before = digest(self.state)
        decision = decide(self.state, Entry(self.now_ms, body, request))
        assert before == digest(self.state), "decide changed the state"
        if isinstance(decision, Accepted | Rejected) and decision.record is not None:
            self.written = self.append(decision.record, body)
        return decision

    def records(self) -> list[tuple[int, Record]]:
        """The journal as it would be read."""
        return list(enumerate(map(decode_record, self.journal), 1))

    def audit(self) -> None:
        """Invariants hold, and replay and snapshot give the same state."""
        assert [] == check(self.state)
        replayed, breaches = replay(self.layout, self.records())
        assert [] == breaches
        assert digest(self.state) == digest(replayed)
        restored = restore(self.layout, encode(capture(self.state)))
        assert [] == check(restored)
        assert digest(self.state) == digest(restored)
        assert self.state.public == restored.public == replayed.public
        self.audit_independently()

    def audit_independently(self) -> None:
        """An auditor that shares no code with the engine finds the journal sound, and the same seats taken.

        Stories may let a hold's time pass and look before its expiry is written; a shell never does.
        """
        auditor = Auditor(self.source, {"staff", "system"})
        for seq, data in enumerate(self.journal, 1):
            auditor.take(StoredRecord(seq, 1, data))
        assert [] == [breach for breach in auditor.breaches if breach.rule != Rule.DUE]
        if not auditor.ended:
            ledger = auditor.ledger
            assert self.state.public == ledger.public
            assert (self.state.area_held, self.state.area_sold) == (ledger.area_held, ledger.area_sold)

    def play(self, story: str) -> None:
        """Play a story line by line, compare each outcome, then audit."""
        for number, line in enumerate(story.strip().splitlines(), 1):
            said, _, expected = line.partition("->")
            words = said.split("#")[0].split()
            if not words:
                continue
            if words[0].startswith("+"):
                self.now_ms += int(words[0])
                continue
            actual = self.tell(words)
            assert (number, said.strip(), " ".join(expected.split())) == (number, said.strip(), actual)
        self.audit()

    def tell(self, words: list[str]) -> str:
        """Carry out one line; returns its outcome as a story has it."""
        options = dict(word.split("=", 1) for word in words if "=" in word)
        plain = [word for word in words if "=" not in word]
        name = None
        if "as" in plain:
            name = plain[-1]
            plain = plain[:-2]
        who, verb, *objects = plain
        decision = self.ask(
            who,
            command_of(verb, objects, options, self.names, self.label),
            options.get("key"),
            tuple(filter(None, options.get("via", "").split(","))),
            options.get("body", "").encode(),
        )
        if name is not None and isinstance(decision, Accepted):
            event = decision.record.event
            named = ("order", "hold", "entry")
            self.names[name] = next(filter(None, (getattr(event, each, "") for each in named)))
        return self._outcome(decision)

    def label(self, short: str) -> str:
        """The public label of what a story calls by its short name."""
        for label in (f"S-{short}", short):
            if label in self.layout.ordinal_of or label in self.layout.tables:
                return label
        return short

    def _outcome(self, decision: Decision) -> str:
        match decision:
            case Accepted(record):
                return self._event(record.event) + self._offers()
            case Rejected(_, refusal):
                return self._refusal(refusal)
            case Replayed(outcome):
                return f"replayed {self._event(outcome.event)}"
            case Read(found):
                return self._found(found)

    def _found(self, found: Hold | Order | Found | Gathered | Figures) -> str:
        if isinstance(found, Gathered):
            return " ".join(["sold" if found.sold else "gathered", *part_words(found.parts)])
        if isinstance(found, Figures):
            return f"figures {found.orders} {found.booked} {found.fees}"
        if isinstance(found, Found):
            return " ".join(["entries", *map(self._placed, found.entries)])
        what = "hold" if isinstance(found, Hold) else found.phase.name.lower()
        return " ".join([what, *self._objects(found.seats, found.places), *part_words(found.parts)])

    def _offers(self) -> str:
        """What the record that was written last offers: each is known as its owner's, `ann's`."""
        told = []
        for made in self.written.offers:
            party = self.state.waitlist.parties[made.entry]
            self.names[f"{party.owner}'s"] = made.hold
            verb = "proposes" if made.proposed else "offers"
            told += [verb, party.owner, *self._objects(made.seats, made.places)]
        return "".join(f" {each}" for each in told)

    def _placed(self, placed: Placed) -> str:
        party = placed.party
        place = "" if placed.ahead is None else f"@{placed.ahead}"
        return f"{party.owner}:{party.standing.name.lower()}{place}"

    def _refusal(self, refusal: Refusal) -> str:
        known = {public: short for short, public in self.names.items()}
        objects = (known.get(each, each).removeprefix("S-") for each in refusal.objects)
        return " ".join([refusal.code.value, *objects])

    def _event(self, event: AnyEvent) -> str:
        known = {public: short for short, public in self.names.items()}
        match event:
            case HoldPlaced() | HoldChanged() | OrderBooked() | OrderCancelled():
                words = [*self._objects(event.seats, event.places), *part_words(event.parts)]
            case OrderReduced(amount=amount):
                back = [*self._objects(event.seats, event.places), *part_words(event.parts)]
                words = [*back, "leaves", str(amount)]
            case PartTaken() | PartSettled():
                words = self._objects(event.seats, event.places)
            case HoldPinned(amount=amount):
                words = [str(amount)]
            case HoldUnpinned(expires_ms=expires_ms):
                words = [f"+{expires_ms - self.now_ms}"]
            case HoldsExpired(holds=holds):
                words = [known.get(each, each) for each in holds]
            case Refused(refusal=refusal):
                return f"refused {self._refusal(refusal)}"
            case EntryJoined(ahead=ahead) | EntryMoved(ahead=ahead):
                words = [f"@{ahead}"]
            case EntryEnded(standing=standing):
                words = [standing.name.lower()]
            case _:
                words = []
        return " ".join([str(event.__struct_config__.tag), *words])

    def _objects(self, seats: tuple[SeatItem, ...], places: tuple[PlacesItem, ...]) -> list[str]:
        labels = [self.layout.labels[item.seat].removeprefix("S-") for item in seats]
        return labels + [f"{self.layout.area_names[item.area]}:{item.qty}" for item in places]
