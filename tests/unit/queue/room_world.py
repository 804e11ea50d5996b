"""A waiting room and a table language to tell its story: one line a command, its outcome at the end.

    staff gather                 -> gathered
    ann join                     -> joined -
    staff open                   -> frozen ann bob
    +1000                        (time passes, and what is due is done)
    ann place                    -> place 1

`key=K` is an idempotency key, `body=B` tells two bodies under it apart, `via=vip` is a
channel. `staff` and `system` have those roles, all others are buyers. A line that begins
with `+` may say what became due meanwhile.
"""

from __future__ import annotations

from hashlib import sha256

from engine.commands import Role
from engine.ids import id_body
from engine.queue.commands import AnyRoomCommand, RoomEntry, RoomRequest, Tick
from engine.queue.decide import decide
from engine.queue.decisions import RoomAccepted, RoomAnswered, RoomDecision, RoomRejected, RoomReplayed
from engine.queue.events import (
    AnyRoomEvent,
    ListFrozen,
    MemberJoined,
    MembersAdmitted,
    MembersSeen,
    PassesExpired,
    PlacesLapsed,
    RoomCreated,
    RoomEnded,
    RoomRecord,
    RoomRefused,
    decode_room_record,
    encode_room_record,
)
from engine.queue.evolve import evolve
from engine.queue.invariants import check_room
from engine.queue.news import News
from engine.queue.replay import replay_room
from engine.queue.schedule import next_due
from engine.queue.snapshot import capture_room, encode_room, restore_room, room_digest
from engine.queue.state import RoomState
from engine.queue.terms import QueueTerms
from engine.queue.views import FoundView, PlaceView, RoomAnswer, render
from engine.refusals import Refusal
from tests.unit.queue.room_commands import command_of

START_MS = 1_700_000_000_000
STREAM = 9


class Room:
    """A waiting room, its journal, and the tickets of those who joined."""

    def __init__(self, terms: QueueTerms | None = None, *, audited: bool = True) -> None:
        self.state = RoomState()
        self.journal: list[bytes] = []
        self.news: list[News] = []
        self.now_ms = START_MS
        self.tickets: dict[str, str] = {}
        self._made = 0
        self._audited = audited
        self.append(RoomRecord(self.now_ms, "system", RoomCreated("evt_1", terms or QueueTerms(mode="fifo"))))

    def append(self, record: RoomRecord) -> None:
        """Write a record and let it take effect."""
        self.journal.append(encode_room_record(record))
        self.news.append(evolve(self.state, record))

    def ask(self, who: str, command: AnyRoomCommand, **options: str) -> RoomDecision:
        """Let somebody give a command and write what comes out of it."""
        self._made += 1
        role: Role = "staff" if who == "staff" else "system" if who == "system" else "buyer"
        request = RoomRequest(
            who,
            command,
            options.get("key"),
            options.get("body", "").encode(),
            role,
            tuple(filter(None, options.get("via", "").split(","))),
        )
        seed = sha256(f"seed {self._made}".encode()).digest()
        entry = RoomEntry(self.now_ms, id_body(self.now_ms, self._made, STREAM), request, seed)
        before = room_digest(self.state) if self._audited else ""
        decision = decide(self.state, entry)
        assert before == (room_digest(self.state) if self._audited else ""), "decide changed the state"
        if isinstance(decision, RoomAccepted | RoomRejected) and decision.record is not None:
            self.append(decision.record)
            if isinstance(decision.record.event, MemberJoined):
                self.tickets[who] = decision.record.event.ticket
        return decision

    def do_due(self) -> list[AnyRoomEvent]:
        """Do what is due now, as the room's shell does."""
        done: list[AnyRoomEvent] = []
        while (due := next_due(self.state)) is not None and due <= self.now_ms:
            decision = self.ask("system", Tick())
            assert isinstance(decision, RoomAccepted), "what was due could not be done"
            done.append(decision.record.event)
        return done

    def advance(self, ms: int) -> list[AnyRoomEvent]:
        """Let time pass, doing what is due when it is due."""
        until, done = self.now_ms + ms, self.do_due()
        while (due := next_due(self.state)) is not None and due <= until:
            self.now_ms = max(due, self.now_ms)
            done += self.do_due()
        self.now_ms = until
        return done

    def records(self) -> list[tuple[int, RoomRecord]]:
        """The journal as it would be read."""
        return list(enumerate(map(decode_room_record, self.journal), 1))

    def audit(self) -> None:
        """Invariants hold, and replay and snapshot give the same state."""
        assert [] == check_room(self.state)
        replayed, breaches = replay_room(self.records())
        assert [] == breaches
        assert room_digest(self.state) == room_digest(replayed)
        restored = restore_room(encode_room(capture_room(self.state)))
        assert [] == check_room(restored)
        assert room_digest(self.state) == room_digest(restored)
        assert next_due(self.state) == next_due(restored) == next_due(replayed)

    def name_of(self, number: int) -> str:
        """The story's name of whoever has this number."""
        names = {ticket: name for name, ticket in self.tickets.items()}
        joined = [record.event for _, record in self.records() if isinstance(record.event, MemberJoined)]
        ticket = joined[number - 1].ticket
        return names.get(ticket, f"#{number}")

    def play(self, story: str) -> None:
        """Play a story line by line, compare each outcome, then audit."""
        for number, line in enumerate(story.strip().splitlines(), 1):
            said, _, expected = line.partition("->")
            words = said.split("#")[0].split()
            if not words:
                continue
            if words[0].startswith("+"):
                actual = ", ".join(map(self._event, self.advance(int(words[0]))))
            else:
                actual = self.tell(words)
            assert (number, said.strip(), " ".join(expected.split())) == (number, said.strip(), actual)
        self.audit()

    def tell(self, words: list[str]) -> str:
        """Carry out one line; returns its outcome as a story has it."""
        options = dict(word.split("=", 1) for word in words if "=" in word)
        who, verb, *objects = [word for word in words if "=" not in word]
        decision = self.ask(who, command_of(verb, objects, self.state, self.tickets), **options)
        match decision:
            case RoomAccepted(record):
                return self._event(record.event)
            case RoomRejected(_, refusal):
                return refusal.code.value
            case RoomReplayed(outcome):
                return f"replayed {self._again(who, outcome.event)}"
            case RoomAnswered(view):
                return self._view(view)

    def _again(self, who: str, event: AnyRoomEvent) -> str:
        if isinstance(event, RoomRefused):
            return event.refusal.code.value
        view = render(self.state, who, event, self.now_ms)
        return view.code.value if isinstance(view, Refusal) else self._view(view)

    def _view(self, view: RoomAnswer) -> str:
        match view:
            case PlaceView():
                return "pass" if view.pass_expires_ms else f"place {view.position or '-'}"
            case FoundView(found=found):
                return " ".join(["found", *(str(slot) for _, slot, _ in found)])
            case _:
                return view.__class__.__name__.removesuffix("View").lower()

    def _event(self, event: AnyRoomEvent) -> str:
        match event:
            case MemberJoined(number=number):
                member = self.state.members[number]
                words = ["pass" if not member.waits else str(self.state.position(member) or "-")]
            case MembersAdmitted() | PlacesLapsed() | PassesExpired() | MembersSeen():
                words = [self.name_of(number) for number in event.numbers]
            case ListFrozen():
                words = [self.name_of(number) for number in self.state.draw.numbers]
            case RoomEnded(sold_out=sold_out):
                words = ["sold_out"] if sold_out else []
            case _:
                words = []
        return " ".join([str(event.__struct_config__.tag), *words])
