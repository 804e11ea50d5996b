"""Outgoing webhooks: who is told, what is on its way, and what comes of an answer.

The rules are those of Standard Webhooks 1.0.0: a fixed schedule of tries, `410` ends an endpoint,
`Retry-After` is heeded. Time and chance are arguments.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec.structs import replace

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
SCHEDULE_MS: Final = (
    5_000,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
)
"""How long after each try that failed the next one comes; after the last one there is none."""
JITTER_SHARE: Final = 0.1
RETRY_AFTER_MAX_MS: Final = 24 * HOUR_MS
FAILING_MAX_MS: Final = 5 * 24 * HOUR_MS
"""An endpoint at which nothing succeeded for this long is disabled."""
ATTEMPTS_KEPT: Final = len(SCHEDULE_MS) + 1
GONE: Final = 410
DeliveryState = Literal["waiting", "delivered", "failed"]


class Secret(msgspec.Struct, frozen=True):
    """What an endpoint's messages are signed with; one that was rotated out signs until `until_ms`."""

    value: str
    until_ms: int | None = None


class Endpoint(msgspec.Struct, frozen=True):
    """Whom an organiser wants told: `kinds` are types or their nouns, and none stands for all.

    `failing_since_ms` is the first failure that no success has followed. `disabled` says why nothing
    is sent any more.
    """

    id: str
    owner: str
    url: str
    kinds: tuple[str, ...]
    secrets: tuple[Secret, ...]
    created_ms: int
    description: str = ""
    failing_since_ms: int | None = None
    disabled: str = ""
    version: int = 0

    def wants(self, kind: str) -> bool:
        """Whether it is told of this kind of news now."""
        named = not self.kinds or kind in self.kinds or kind.partition(".")[0] in self.kinds
        return named and not self.disabled

    def signing(self, now_ms: int) -> tuple[str, ...]:
        """The secrets that sign now, the newest first."""
        return tuple(each.value for each in self.secrets if each.until_ms is None or now_ms < each.until_ms)

    def rotated(self, secret: str, now_ms: int, until_ms: int) -> Endpoint:
        """With a new secret; the one before it signs as well until `until_ms`."""
        kept = tuple(
            replace(each, until_ms=until_ms) if each.until_ms is None else each
            for each in self.secrets
            if each.until_ms is None or now_ms < each.until_ms
        )
        return replace(self, secrets=(Secret(secret), *kept[: SECRETS_MAX - 1]), version=self.version + 1)

    def enabled(self) -> Endpoint:
        """Told news again, and with all its time to succeed."""
        return self._changed(disabled="", failing_since_ms=None)

    def after(self, answer: Answer, now_ms: int) -> Endpoint:
        """What an answer makes of it: the same where nothing changes."""
        if answer.delivered:
            return self if self.failing_since_ms is None else self._changed(failing_since_ms=None)
        since_ms = self.failing_since_ms
        if answer.status == GONE:
            return self._changed(disabled="it answered 410: gone")
        if since_ms is None:
            return self._changed(failing_since_ms=now_ms)
        if now_ms - since_ms >= FAILING_MAX_MS and not self.disabled:
            return self._changed(disabled="nothing succeeded for five days")
        return self

    def _changed(self, **fields: object) -> Endpoint:
        return replace(self, version=self.version + 1, **fields)


SECRETS_MAX: Final = 3
"""Secrets that sign at once; a fourth rotation within one overlap drops the oldest."""


class Answer(msgspec.Struct, frozen=True):
    """What came of a try: a status, or None with an `error`."""

    status: int | None
    error: str = ""
    retry_after_ms: int = 0

    @property
    def delivered(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300


class Attempt(msgspec.Struct, frozen=True, omit_defaults=True):
    """One try, for the log: when, what came back, how long it took."""

    at_ms: int
    status: int | None
    took_ms: int
    error: str = ""


class Delivery(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message on its way to one endpoint."""

    id: str
    endpoint: str
    message: str
    kind: str
    body: str
    created_ms: int
    due_ms: int | None
    state: DeliveryState = "waiting"
    attempts: tuple[Attempt, ...] = ()
    version: int = 0

    @property
    def alias(self) -> None:
        """It has no second name."""
        return

    def after(self, answer: Answer, now_ms: int, took_ms: int, chance: float) -> Delivery:
        """What an answer makes of it; `chance` in [0, 1) spreads the next try."""
        attempt = Attempt(now_ms, answer.status, took_ms, answer.error)
        tried = replace(self, attempts=(*self.attempts, attempt), version=self.version + 1)
        if answer.delivered:
            return replace(tried, state="delivered", due_ms=None)
        number = len(self.attempts)
        if answer.status == GONE or number >= len(SCHEDULE_MS):
            return replace(tried, state="failed", due_ms=None)
        wait_ms = int(SCHEDULE_MS[number] * (1 + JITTER_SHARE * chance))
        return replace(tried, due_ms=now_ms + max(wait_ms, min(answer.retry_after_ms, RETRY_AFTER_MAX_MS)))

    def postponed(self, until_ms: int) -> Delivery:
        """Not tried now; no try is counted."""
        return replace(self, due_ms=until_ms, version=self.version + 1)

    def dropped(self, reason: str, now_ms: int) -> Delivery:
        """Never tried again."""
        attempt = Attempt(now_ms, None, 0, reason)
        attempts = (*self.attempts, attempt)[-ATTEMPTS_KEPT:]
        return replace(self, state="failed", due_ms=None, attempts=attempts, version=self.version + 1)


def delivery_id(endpoint: str, message: str, again: str = "") -> str:
    """The id of a message's delivery to an endpoint; `again` names the replay that asked for it."""
    return f"{endpoint}.{message}{again and '.' + again}"


class Replay(msgspec.Struct, frozen=True, omit_defaults=True):
    """A wish to be sent the news of a stream again, from the record after `done_seq` to `last_seq`.

    Where `event` is named, what the stream tells of others is passed over.
    """

    id: str
    endpoint: str
    stream: int
    done_seq: int
    last_seq: int
    due_ms: int | None
    version: int = 0
    event: str = ""

    @property
    def alias(self) -> None:
        """It has no second name."""
        return

    def went_on(self, done_seq: int, now_ms: int) -> Replay:
        """As far as that."""
        due_ms = None if done_seq >= self.last_seq else now_ms
        return replace(self, done_seq=done_seq, due_ms=due_ms, version=self.version + 1)
