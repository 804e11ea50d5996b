"""Best available over several sections: at most one of them ever answers a key with seats.

Sections do not know of each other, so a walk over them must leave a trail that a retry
can follow, also when it comes from another gateway while the first one still walks:

1. The first section of the event's fixed order is asked as usual: what it refuses it
   remembers under the key. That record says "a walk has begun".
2. The others are asked tentatively, the likeliest first: a refusal leaves no record.
3. When all refused, the first section remembers "the walk has ended" under a key derived
   from the client's, and the answer is final.

A retry finds the record of step 1. It closes the key in all other sections, which answers
with what the first walk got there, if anything, and keeps a walk that is still under way
from getting anything later. If nothing was got and the walk had not ended, nobody ever
will get anything under this key, and the search may start anew under a derived one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from actors.answers import DEADLINE_EXCEEDED, OUTCOME_UNKNOWN
from actors.wire import Answer
from engine.commands import AnyCommand, CloseKey, HoldBest, Recall, Request
from gateway.commands import Routed
from gateway.ports import Sections
from protocol.errors import ErrorCode

NOTHING_FITS: Final = frozenset((ErrorCode.BEST_AVAILABLE_NOT_FOUND.value, ErrorCode.SOLD_OUT.value))
"""Refusals after which a search goes on in the next section."""
END_MARK: Final = "\x1fend"
ANEW: Final = "\x1fanew"
STARTS_MAX: Final = 8
HINT_S: Final = 0.1
"""How long a section that had nothing is not asked again for the same: as old as a map may be."""
HINTS_MAX: Final = 4_096
OnAnswer = Callable[[Answer], None]
Shape = tuple[int, object]


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
    return stream, (wish.qty, wish.categories, wish.adjacent, wish.accessible, wish.max_price)


class Search:
    """One search on its way. One deadline bounds all of it; `on_answer` is called once."""

    __slots__ = ("_clock", "_ends_s", "_hints", "_key", "_on_answer", "_request", "_sections", "_starts")
    __slots__ += ("_streams", "_wish")

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

    def start(self) -> None:
        """Step 1: the first section, as usual."""
        self._starts += 1
        if self._starts > STARTS_MAX:
            self._on_answer(OUTCOME_UNKNOWN)
            return
        self._send(self._streams[0], self._wish, self._key, self._first_answered)

    def _first_answered(self, answer: Answer) -> None:
        if answer.code not in NOTHING_FITS:
            self._on_answer(answer)
        elif answer.replayed:
            self._close()
        else:
            self._walk(1, answer)

    def _walk(self, position: int, refusal: Answer) -> None:
        """Step 2: the next section that may have something."""
        now_s = self._clock()
        while position < len(self._streams):
            stream = self._streams[position]
            if self._hints.worth_asking(stream, self._wish, now_s):
                break
            position += 1
        else:
            self._end(refusal)
            return

        def answered(answer: Answer) -> None:
            if answer.code in NOTHING_FITS and not answer.replayed:
                self._hints.nothing(stream, self._wish, self._clock())
                self._walk(position + 1, answer)
            elif answer.code in NOTHING_FITS:
                # Somebody else came back for this key and closed it; they have the answer.
                self._close()
            else:
                self._on_answer(answer)

        self._send(stream, replace(self._wish, tentative=True), self._key, answered)

    def _end(self, refusal: Answer) -> None:
        """Step 3: the answer is final."""

        def marked(answer: Answer) -> None:
            self._on_answer(refusal if answer.code in NOTHING_FITS else answer)

        self._send(self._streams[0], CloseKey(), self._key + END_MARK, marked)

    def _close(self) -> None:
        """A retry: learn what the key got, and see to it that it gets nothing more."""
        _Closing(self).start()

    def closed(self, outcomes: list[Answer], ended: Answer) -> None:
        """The key has an outcome in every section now; `ended` tells whether its walk had ended."""
        for answer in outcomes:
            if answer.code not in NOTHING_FITS:
                self._on_answer(replace(answer, replayed=True) if answer.code is None else answer)
                return
        if ended.code in NOTHING_FITS:
            self._on_answer(ended)
        elif ended.code == ErrorCode.NOT_FOUND.value:
            self._key += ANEW
            self.start()
        else:
            self._on_answer(ended)

    @property
    def others(self) -> tuple[int, ...]:
        """All sections but the first."""
        return self._streams[1:]

    def ask_to_close(self, stream: int, on_answer: OnAnswer) -> None:
        """Close the key in one section."""
        self._send(stream, CloseKey(), self._key, on_answer)

    def ask_whether_ended(self, on_answer: OnAnswer) -> None:
        """Ask the first section for the end mark."""
        self._send(self._streams[0], Recall(), self._key + END_MARK, on_answer)

    def _send(self, stream: int, command: AnyCommand, key: str, on_answer: OnAnswer) -> None:
        left_ms = int((self._ends_s - self._clock()) * 1000)
        if left_ms <= 0:
            self._on_answer(DEADLINE_EXCEEDED)
            return
        request: Request = replace(self._request, command=command, idem=key)
        self._sections.submit(stream, request, left_ms, on_answer)


class _Closing:
    """Closes a key everywhere at once and gathers what comes back."""

    __slots__ = ("_ended", "_missing", "_outcomes", "_search")

    def __init__(self, search: Search) -> None:
        self._search = search
        self._outcomes: list[Answer] = []
        self._ended: Answer | None = None
        self._missing = len(search.others)

    def start(self) -> None:
        """The end mark first: a walk that ends meanwhile has got nothing either."""
        self._search.ask_whether_ended(self._recalled)

    def _recalled(self, answer: Answer) -> None:
        self._ended = answer
        for stream in self._search.others:
            self._search.ask_to_close(stream, self._gathered)

    def _gathered(self, answer: Answer) -> None:
        self._outcomes.append(answer)
        self._missing -= 1
        if not self._missing and self._ended is not None:
            self._search.closed(self._outcomes, self._ended)
