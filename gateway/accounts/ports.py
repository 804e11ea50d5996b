"""What accounts need from outside: where they are kept, and who brings mail."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes
from typing import Protocol

import msgspec

from engine.accounts.judging import Reused, Rotated
from engine.accounts.nouns import (
    Account,
    ApiKey,
    Challenge,
    Membership,
    Organiser,
    Revocation,
    SecondFactor,
    Session,
)
from gateway.accounts.settings import AccountSettings
from gateway.ports import Mailer


class People(Protocol):
    """Accounts and one-time codes. Every call may raise `engine.journal.StorageUnavailable`."""

    async def add(self, account: Account) -> bool:
        """Keep a new account; False when another one has proven this address."""

    async def account(self, account_id: str) -> Account | None:
        """The account by its id."""

    async def by_email(self, email: str) -> Account | None:
        """The account that has proven this address."""

    async def set_password(self, account_id: str, password: str) -> None:
        """Put another hash in the place of the password's."""

    async def set_second_factor(self, account_id: str, kind: SecondFactor) -> None:
        """Ask for this beside the password from now on (`enrol` is for authenticators).

        What was asked for before, and its recovery codes, are good no more.
        """

    async def enrol(self, account_id: str, totp: str, step: int) -> bool:
        """Ask for an authenticator from now on, proved in this step; False when one is asked for.

        `totp` is its sealed secret.
        """

    async def use_step(self, account_id: str, step: int) -> bool:
        """Use up an authenticator's step; False when it, or a later one, was used before."""

    async def set_recovery(self, account_id: str, codes: tuple[str, ...]) -> None:
        """Put these hashes in the place of all recovery codes that there were."""

    async def use_recovery(self, account_id: str, place: int, code: str) -> bool:
        """Use up the code with this hash; False when it was used, or replaced, before."""

    async def begin(self, challenge: Challenge, now_ms: int) -> None:
        """Keep a challenge."""

    async def challenge(self, challenge_id: str) -> Challenge | None:
        """The challenge by its id."""

    async def answer(self, challenge_id: str, code: bytes, now_ms: int) -> Challenge | None:
        """Try a code's hash: the challenge if it is right, which ends it; each wrong one costs a try."""

    async def spend(self, challenge_id: str, now_ms: int) -> Challenge | None:
        """Take one try of a challenge that asks an authenticator; None when there is none left."""

    async def end(self, challenge_id: str) -> None:
        """The challenge was met."""

    async def claim_guests(self, account_id: str, email: str) -> tuple[str, ...]:
        """Give an account the guests who said its address; all guests that it has, the newest first."""

    async def erase(self, account_id: str) -> None:
        """Forget a person, with the names on their orders and tickets."""


class Sessions(Protocol):
    """Who is signed in, and what was revoked. Every call may raise `engine.journal.StorageUnavailable`."""

    async def begin(self, session: Session, token: bytes) -> None:
        """Keep a new session with the hash of its first refresh token."""

    async def rotate(
        self, token: bytes, successor: bytes, now_ms: int, grace_ms: int, life_ms: int
    ) -> Rotated | Reused | None:
        """Put a successor in the place of a refresh token; both are hashes."""

    async def session(self, session_id: str) -> Session | None:
        """The session by its id."""

    async def sessions(self, account: str, now_ms: int) -> list[Session]:
        """Where an account is signed in, used last first."""

    async def revoke(self, account: str, session_id: str, now_ms: int) -> bool:
        """End one session of an account; False when it has no such one."""

    async def revoke_all(self, account: str, now_ms: int, *, but: str | None = None) -> None:
        """End every session of an account, or all but one."""

    async def refuse(self, subject: str, before_ms: int) -> None:
        """Whatever was issued for a subject before this is good no more, at any gateway."""

    async def refused(self, after_ms: int) -> list[Revocation]:
        """What was revoked after `after_ms` of the database's clock."""


class Organisers(Protocol):
    """Tenants and their keys. Every call may raise `engine.journal.StorageUnavailable`."""

    async def add(self, organiser: Organiser) -> None:
        """Keep a new organiser."""

    async def organiser(self, organiser_id: str) -> Organiser | None:
        """The organiser by its id."""

    async def put_member(self, member: Membership) -> bool:
        """Make an account a member, or give it another role; False without such an organiser."""

    async def drop_member(self, organiser_id: str, account: str) -> bool:
        """The account is no member any more; False when it was none."""

    async def members(self, organiser_id: str) -> list[Membership]:
        """Who belongs to an organiser, by id."""

    async def memberships(self, account: str) -> list[Membership]:
        """Where an account belongs, by organiser."""

    async def add_key(self, key: ApiKey) -> None:
        """Keep a new API key."""

    async def key(self, digest: bytes) -> ApiKey | None:
        """The key whose hash this is, revoked or not."""

    async def keys(self, organiser_id: str) -> list[ApiKey]:
        """The keys of an organiser that are good, the newest first."""

    async def revoke_key(self, organiser_id: str, key_id: str, now_ms: int) -> bool:
        """The key is good no more; False when the organiser has no such one."""


class AccountStore(Protocol):
    """Everything about accounts that is kept."""

    @property
    def people(self) -> People:
        """Accounts and one-time codes."""

    @property
    def sessions(self) -> Sessions:
        """Who is signed in, and what was revoked."""

    @property
    def organisers(self) -> Organisers:
        """Tenants and their keys."""


class AccountParts(msgspec.Struct, frozen=True):
    """What the composition root hands over for accounts; tests bring randomness and bounds of their own."""

    store: AccountStore
    mailer: Mailer
    random_bytes: Callable[[int], bytes] = token_bytes
    settings: AccountSettings = AccountSettings()
