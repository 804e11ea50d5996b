"""Best available over several sections: at most one of them ever answers a key with seats.

Sections do not know of each other, so a walk over them must leave a trail that a retry
can follow, also when it comes from another gateway while the first one still walks:

1. The first section of the event's fixed order is asked as usual: what it refuses it
   remembers under the key. That record says "a walk has begun".
2. The others are asked tentatively, the likeliest first: a refusal leaves no record.
3. When all refused, the first section remembers "ended" under a second key, and the
   answer is final.

A retry finds the record of step 1. It closes the key in all other sections: each answers
with what the first walk got there, and will not give it anything later. If nothing was
got, the retry asks the first section to remember "anew" under the second key. Whichever
note came first stays: "ended" makes the refusal final for the retry too, "anew" lets both,
the retry and a first walk that is still under way, start again under one derived key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from actors.answers import DEADLINE_EXCEEDED, OUTCOME_UNKNOWN
from actors.wire import Answer, explanation_decoder
from engine.commands import AnyCommand, CloseKey, HoldBest, Request
from gateway.ports import Sections
from gateway.sections.commands import Routed
from protocol.errors import ErrorCode

NOTHING_FITS: Final = frozenset((ErrorCode.BEST_AVAILABLE_NOT_FOUND.value, ErrorCode.SOLD_OUT.value))
"""Refusals after which a search goes on in the next section."""
# Clients cannot send keys with control characters (`protocol.requests.Key`).
SECOND_KEY: Final = "\x1fwalk"
ANEW_KEY: Final = "\x1fanew"
ENDED: Final = "ended"
ANEW: Final = "anew"
STARTS_MAX: Final = 8
HINT_S: Final = 0.1
"""How long a section that had nothing is not asked again for the same: as old as a map may be."""
HINTS_MAX: Final = 4_096
OnAnswer = Callable[[Answer], None]
Shape = tuple[int, int]


class Hints:
    """Which section had nothing for which wish a moment ago, so that a crowd need not ask for it."""

    def __init__(self) -> None:
        self._until: OrderedDict[Shape, float] = OrderedDict()

    def nothing(self, stream: int, wish: HoldBest, now_s: float) -> None:
        """Remember a refusal."""
        key = _shape(stream, wish)
        self._until[key] = now_s + HINT_S
        self._until.move_to_end(key)
        if len(self._until) > HINTS_MAX:
            self._until.popitem(last=False)

    def worth_asking(self, stream: int, wish: HoldBest, now_s: float) -> bool:
        """Whether the section may have something."""
        return self._until.get(_shape(stream, wish), 0.0) <= now_s


def _shape(stream: int, wish: HoldBest) -> Shape:
    # What clients write may be long: a number stands for it. Two wishes that share one by
    # accident cost a search a section for as long as a hint lasts.
    return stream, hash((wish.qty, wish.categories, wish.adjacent, wish.accessible, wish.max_price))


class Search:
    """One search on its way. One deadline bounds all of it; `on_answer` is called once."""

    __slots__ = (
        "_clock",
        "_ends_s",
        "_hints",
        "_key",
        "_on_answer",
        "_refusal",
        "_request",
        "_sections",
        "_starts",
        "_streams",
        "_wish",
    )

    def __init__(
        self,
        sections: Sections,
        routed: Routed,
        deadline_ms: int,
        on_answer: OnAnswer,
        hints: Hints,
        clock: Callable[[], float],
    ) -> None:
        """`routed` is a best-available request for more than one section."""
        command = routed.request.command
        if not isinstance(command, HoldBest):
            raise TypeError("only a best-available request goes to several sections")
        self._sections = sections
        self._streams = routed.streams
        self._request = routed.request
        self._wish = command
        self._key = routed.request.idem or ""
        self._ends_s = clock() + deadline_ms / 1000
        self._on_answer = on_answer
        self._hints = hints
        self._clock = clock
        self._starts = 0
        self._refusal = OUTCOME_UNKNOWN

    def start(self) -> None:
        """Step 1: the first section, as usual."""
        self._starts += 1
        if self._starts > STARTS_MAX:
            self._on_answer(OUTCOME_UNKNOWN)
        else:
            self._send(self._streams[0], replace(self._wish, walking=True), self._key, self._first_answered)

    def _first_answered(self, answer: Answer) -> None:
        self._refusal = answer
        if answer.code not in NOTHING_FITS:
            self._on_answer(answer)
        elif answer.replayed:
            self._close()
        else:
            self._walk(1)

    def _walk(self, position: int) -> None:
        """Step 2: the next section that may have something."""
        now_s, streams, wish = self._clock(), self._streams, self._wish
        while position < len(streams) and not self._hints.worth_asking(streams[position], wish, now_s):
            position += 1
        if position == len(streams):
            self._note(ENDED)
            return

        def answered(answer: Answer) -> None:
            if answer.code not in NOTHING_FITS:
                self._on_answer(answer)
                return
            if not answer.replayed:  # else a retry has closed the key, which says nothing of the seats
                self._hints.nothing(streams[position], wish, self._clock())
            self._walk(position + 1)

        self._send(streams[position], replace(wish, tentative=True), self._key, answered)

    def _close(self) -> None:
        """Learn what the key got in the other sections, and see to it that it gets nothing more."""
        others = self._streams[1:]
        outcomes: list[Answer] = []

        def closed(answer: Answer) -> None:
            outcomes.append(answer)
            if len(outcomes) == len(others):
                self._closed(outcomes)

        for stream in others:
            self._send(stream, CloseKey(), self._key, closed)

    def _closed(self, outcomes: list[Answer]) -> None:
        told = [answer for answer in outcomes if answer.code not in NOTHING_FITS]
        if told:
            self._on_answer(min(told, key=lambda answer: answer.code is not None))
        else:
            self._note(ANEW)

    def _note(self, note: str) -> None:
        """Step 3, or its contrary: have the first section remember how the walk went on."""

        def noted(answer: Answer) -> None:
            if answer.code not in NOTHING_FITS:
                self._on_answer(answer)
            elif explanation_decoder.decode(answer.body).detail == ENDED:
                self._on_answer(self._refusal)
            else:
                self._key += ANEW_KEY
                self.start()

        self._send(self._streams[0], CloseKey(note, final=note == ENDED), self._key + SECOND_KEY, noted)

    def _send(self, stream: int, command: AnyCommand, key: str, on_answer: OnAnswer) -> None:
        left_ms = int((self._ends_s - self._clock()) * 1000)
        if left_ms <= 0:
            on_answer(DEADLINE_EXCEEDED)
            return
        request: Request = replace(self._request, command=command, idem=key)
        self._sections.submit(stream, request, left_ms, on_answer)
