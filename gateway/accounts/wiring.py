"""Accounts of one gateway, wired."""

from __future__ import annotations

import msgspec

from actors.ports import Clock
from gateway.accounts.factors import Authenticator
from gateway.accounts.keyring import Keyring
from gateway.accounts.mails import Post
from gateway.accounts.passwords import Passwords
from gateway.accounts.ports import AccountParts
from gateway.accounts.rates import SignInRates
from gateway.accounts.recovery import RecoveryCodes
from gateway.accounts.revocations import Revocations
from gateway.accounts.secrets import Vault, derived_key
from gateway.accounts.self_service import SelfService
from gateway.accounts.sessions import LoginSessions, id_maker
from gateway.accounts.sign_in import SignIn
from gateway.accounts.tenancy import Tenancy
from gateway.accounts.tokens import TokenKeys
from gateway.limiting.limiter import Limiter
from gateway.settings import GatewaySettings


class Accounts(msgspec.Struct, frozen=True):
    """What the calls about accounts need."""

    sign_in: SignIn
    sessions: LoginSessions
    self_service: SelfService
    tenancy: Tenancy
    keyring: Keyring
    keys: TokenKeys
    revocations: Revocations
    rates: SignInRates
    post: Post


def accounts(parts: AccountParts, settings: GatewaySettings, clock: Clock, limiter: Limiter) -> Accounts:
    """Wire the parts. Without keys of its own a server signs with one that follows from its secret."""
    store, bounds, now_ms = parts.store, parts.settings, clock.now_ms
    keys = TokenKeys(settings.token_keys or (derived_key(settings.secret, b"holdfast access tokens"),))
    vault, new_id = Vault(settings.secret, parts.random_bytes), id_maker(now_ms, parts.random_bytes)
    passwords = Passwords(bounds.hashes_at_once, bounds.hashes_waiting_max)
    post = Post(parts.mailer, bounds.mails_waiting_max)
    revocations = Revocations(store.sessions, bounds)
    authenticator = Authenticator(
        store.people, vault, RecoveryCodes(store.people, passwords, vault, post), now_ms
    )
    sessions = LoginSessions(store, keys, vault, revocations, bounds, now_ms, new_id)
    proofs = sessions, passwords, authenticator, vault, post, bounds, now_ms
    return Accounts(
        sign_in=SignIn(store.people, *proofs, new_id),
        sessions=sessions,
        self_service=SelfService(store, *proofs),
        tenancy=Tenancy(store, sessions, revocations, vault, now_ms, new_id),
        keyring=Keyring(store.organisers, revocations, bounds),
        keys=keys,
        revocations=revocations,
        rates=SignInRates(limiter, bounds),
        post=post,
    )
