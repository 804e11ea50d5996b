"""People and their one-time codes in memory."""

from __future__ import annotations

from msgspec.structs import replace

from engine.accounts.judging import try_code
from engine.accounts.nouns import Account, Challenge, SecondFactor
from engine.journal import StorageUnavailable
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.organisers import MemoryOrganisers
from persistence.memory.sessions import MemorySessions

ALIASES_MAX = 20


class MemoryPeople:
    """Accounts. Every call raises `StorageUnavailable` while the database is down."""

    def __init__(
        self,
        database: MemoryDatabase,
        catalogue: MemoryCatalogue,
        sessions: MemorySessions,
        organisers: MemoryOrganisers,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._sessions = sessions
        self._organisers = organisers
        self._accounts: dict[str, Account] = {}
        self._challenges: dict[str, Challenge] = {}

    async def add(self, account: Account) -> bool:
        """Keep a new account; False when another one has proven this address."""
        self._reach()
        taken = not account.guest and self._proven(account.email) is not None
        if taken or account.id in self._accounts:
            return False
        self._accounts[account.id] = account
        return True

    def _proven(self, email: str | None) -> Account | None:
        return next(
            (each for each in self._accounts.values() if not each.guest and each.email == email), None
        )

    async def account(self, account_id: str) -> Account | None:
        """The account by its id."""
        self._reach()
        return self._accounts.get(account_id)

    async def by_email(self, email: str) -> Account | None:
        """The account that has proven this address."""
        self._reach()
        return self._proven(email)

    async def set_password(self, account_id: str, password: str) -> None:
        """Put another hash in the place of the password's."""
        self._change(account_id, password=password)

    async def set_second_factor(self, account_id: str, kind: SecondFactor) -> None:
        """Ask for this beside the password from now on, and for no authenticator that there was."""
        self._change(account_id, second_factor=kind, totp=None, totp_step=0, recovery=())

    def _change(self, account_id: str, **fields: object) -> None:
        self._reach()
        if account_id in self._accounts:
            self._accounts[account_id] = replace(self._accounts[account_id], **fields)

    async def enrol(self, account_id: str, totp: str, step: int) -> bool:
        """Ask for an authenticator from now on, proved in this step; False when one is asked for."""
        self._reach()
        account = self._accounts.get(account_id)
        if account is None or account.second_factor == "totp":
            return False
        self._change(account_id, second_factor="totp", totp=totp, totp_step=step, recovery=())
        return True

    async def use_step(self, account_id: str, step: int) -> bool:
        """Use up an authenticator's step; False when it, or a later one, was used before."""
        self._reach()
        account = self._accounts.get(account_id)
        if account is None or account.totp_step >= step:
            return False
        self._change(account_id, totp_step=step)
        return True

    async def set_recovery(self, account_id: str, codes: tuple[str, ...]) -> None:
        """Put these hashes in the place of all recovery codes that there were."""
        self._change(account_id, recovery=codes)

    async def use_recovery(self, account_id: str, place: int, code: str) -> bool:
        """Use up the code with this hash; False when it was used, or replaced, before."""
        self._reach()
        account = self._accounts.get(account_id)
        codes = [] if account is None else list(account.recovery)
        if codes[place : place + 1] != [code]:
            return False
        codes[place] = ""
        self._change(account_id, recovery=tuple(codes))
        return True

    async def begin(self, challenge: Challenge, now_ms: int) -> None:
        """Keep a challenge, and forget those that are over."""
        self._reach()
        for over in [each.id for each in self._challenges.values() if each.expires_ms <= now_ms]:
            del self._challenges[over]
        self._challenges[challenge.id] = challenge

    async def challenge(self, challenge_id: str) -> Challenge | None:
        """The challenge by its id."""
        self._reach()
        return self._challenges.get(challenge_id)

    async def answer(self, challenge_id: str, code: bytes, now_ms: int) -> Challenge | None:
        """Try a code's hash: the challenge if it is right, which ends it; each wrong one costs a try."""
        self._reach()
        challenge = self._challenges.get(challenge_id)
        if challenge is None:
            return None
        tried = try_code(challenge, code, now_ms)
        if tried == "wrong":
            left = challenge.tries_left - 1
            self._challenges[challenge_id] = replace(challenge, tries_left=left)
        else:
            del self._challenges[challenge_id]
        return challenge if tried == "right" else None

    async def spend(self, challenge_id: str, now_ms: int) -> Challenge | None:
        """Take one try of a challenge that asks an authenticator; None when there is none left."""
        self._reach()
        challenge = self._challenges.get(challenge_id)
        if challenge is None or challenge.expires_ms <= now_ms or challenge.tries_left <= 0:
            return None
        spent = replace(challenge, tries_left=challenge.tries_left - 1)
        self._challenges[challenge_id] = spent
        return spent

    async def end(self, challenge_id: str) -> None:
        """The challenge was met."""
        self._reach()
        self._challenges.pop(challenge_id, None)

    async def claim_guests(self, account_id: str, email: str) -> tuple[str, ...]:
        """Give an account the guests who said its address; all guests that it has, the newest first."""
        self._reach()
        for guest in list(self._accounts.values()):
            if guest.guest and guest.email == email and guest.claimed_by is None:
                self._change(guest.id, claimed_by=account_id)
        claimed = [each for each in self._accounts.values() if each.claimed_by == account_id]
        newest_first = sorted(claimed, key=lambda each: (each.created_ms, each.id), reverse=True)
        return tuple(each.id for each in newest_first[:ALIASES_MAX])

    async def erase(self, account_id: str) -> None:
        """Forget a person, with the guests that they claimed and the names on their orders and tickets."""
        self._reach()
        claimed = [each.id for each in self._accounts.values() if each.claimed_by == account_id]
        ids = {account_id, *claimed}
        orders = self._catalogue.forget_buyers(ids)
        self._catalogue.tickets.forget_holders(ids, orders)
        self._sessions.forget(ids)
        self._organisers.forget(ids)
        for over in [each.id for each in self._challenges.values() if each.account in ids]:
            del self._challenges[over]
        for each in ids:
            self._accounts.pop(each, None)

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")
