"""Signing in and out over REST, and what people change about their own account."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final, TypeVar

from engine.accounts.addresses import one_way
from gateway.accounts.passwords import HasherBusy
from gateway.accounts.wiring import Accounts
from gateway.limiting.limiter import LIMITED
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Handler, Method, Operation
from protocol.accounts import (
    ChallengeReply,
    ClaimBody,
    DoneReply,
    LoginBody,
    LogoutBody,
    MeReply,
    OtpBody,
    PasswordBody,
    RefreshBody,
    RegisterBody,
    ResetBody,
    SessionsReply,
    TokensReply,
)
from protocol.errors import ErrorCode, Problem, problem
from protocol.factors import (
    RecoveryCodesBody,
    RecoveryCodesReply,
    SecondFactorBody,
    TotpBeginBody,
    TotpBeginReply,
    TotpConfirmBody,
    TotpConfirmReply,
)

NO_ACCOUNTS: Final = problem(ErrorCode.NOT_FOUND, "This server has no accounts.")
BUSY: Final = problem(ErrorCode.RATE_LIMITED, "Too many are signing in just now.", retry_after_ms=1_000)
T = TypeVar("T")


def accounts_of(call: Call) -> Accounts:
    """The accounts of this server. Raises `Refused` when it has none."""
    if call.office.accounts is None:
        raise Refused(NO_ACCOUNTS)
    return call.office.accounts


async def admit(call: Call, account: str | None = None, *, mails: bool = False) -> Accounts:
    """The accounts, for an attempt that does not come too soon. Raises `Refused` for one that does."""
    known, client = accounts_of(call), call.request.client
    refusal = await known.rates.refusal(None if client is None else client.host, account, mails=mails)
    if refusal is not None:
        raise Refused(refusal)
    return known


async def _hashed(work: Awaitable[T]) -> T:
    """What comes of work that hashes passwords. Raises `Refused` when too many do."""
    try:
        return await work
    except HasherBusy:
        LIMITED["passwords"] += 1
        raise Refused(BUSY) from None


async def register(call: Call) -> ChallengeReply | Problem:
    """Ask for an account: a code is sent, and strangers are told the same as those who have one."""
    body: RegisterBody = call.body
    known = await admit(call, one_way(body.email), mails=True)
    return await _hashed(known.sign_in.register(body))


async def log_in(call: Call) -> TokensReply | ChallengeReply | Problem:
    """Sign in with a password, or ask for a code."""
    body: LoginBody = call.body
    known = await admit(call, one_way(body.email), mails=body.password is None)
    return await _hashed(known.sign_in.log_in(body))


async def answer_challenge(call: Call) -> TokensReply | ChallengeReply | Problem:
    """Answer a challenge with its code."""
    body: OtpBody = call.body
    known = await admit(call, body.challenge)
    return await _hashed(known.sign_in.answer(body))


async def ask_for_reset(call: Call) -> ChallengeReply:
    """Ask for a new password: a code is sent, and strangers are told the same."""
    body: ResetBody = call.body
    known = await admit(call, one_way(body.email), mails=True)
    return await known.sign_in.reset(body.email)


async def refresh_tokens(call: Call) -> TokensReply | Problem:
    """Get the next tokens of a session. A token that was used before ends it."""
    body: RefreshBody = call.body
    known = await admit(call)
    return await known.sessions.refresh(body.refresh_token)


async def log_out(call: Call) -> DoneReply | Problem:
    """End this session, or all of one's own."""
    body: LogoutBody = call.body
    sessions, caller = accounts_of(call).sessions, call.caller
    if body.everywhere:
        await sessions.end_all(caller.id)
        return DoneReply()
    return await sessions.end(caller, caller.session or "") or DoneReply()


async def read_me(call: Call) -> MeReply | Problem:
    """Read who one is."""
    return await accounts_of(call).self_service.me(call.caller)


async def erase_me(call: Call) -> DoneReply | Problem:
    """Erase one's account and one's name on every order and ticket; what was bought stays booked."""
    return await accounts_of(call).self_service.erase(call.caller)


async def list_sessions(call: Call) -> SessionsReply:
    """List where one is signed in."""
    return await accounts_of(call).sessions.list(call.caller)


async def end_session(call: Call) -> DoneReply | Problem:
    """End one of one's sessions: its tokens and websockets end within seconds, everywhere."""
    return await accounts_of(call).sessions.end(call.caller, call.path("session")) or DoneReply()


async def claim_guest(call: Call) -> DoneReply | Problem:
    """Take over what one bought as a guest, with the guest's token."""
    body: ClaimBody = call.body
    known = await admit(call, call.caller.id)
    guest = call.office.verifier.verify(body.token, call.office.now_ms() / 1000)
    if isinstance(guest, ErrorCode):
        return problem(guest)
    return await known.self_service.claim(call.caller, guest)


async def change_password(call: Call) -> DoneReply | Problem:
    """Change one's password; every other session ends."""
    body: PasswordBody = call.body
    known = await admit(call, call.caller.id)
    return await _hashed(known.self_service.change_password(call.caller, body))


async def begin_totp(call: Call) -> TotpBeginReply | Problem:
    """Get what an authenticator needs."""
    body: TotpBeginBody = call.body
    known = await admit(call, call.caller.id)
    return await _hashed(known.self_service.begin_totp(call.caller, body.password))


async def confirm_totp(call: Call) -> TotpConfirmReply | Problem:
    """Enrol an authenticator with its first code, and get the recovery codes that stand in for it."""
    body: TotpConfirmBody = call.body
    known = await admit(call, call.caller.id)
    return await _hashed(known.self_service.confirm_totp(call.caller, body))


async def renew_recovery(call: Call) -> RecoveryCodesReply | Problem:
    """Get new recovery codes; those that there were are good no more."""
    body: RecoveryCodesBody = call.body
    known = await admit(call, call.caller.id)
    return await _hashed(known.self_service.renew_recovery(call.caller, body))


async def change_second_factor(call: Call) -> DoneReply | Problem:
    """Choose what is asked beside the password."""
    body: SecondFactorBody = call.body
    known = await admit(call, call.caller.id)
    return await _hashed(known.self_service.change_second_factor(call.caller, body))


def _operation(
    method: Method, path: str, summary: str, handler: Handler, body: type | None, reply: object
) -> Operation:
    errors = (
        ErrorCode.CREDENTIALS_INVALID,
        ErrorCode.CODE_INVALID,
        ErrorCode.INVALID,
        ErrorCode.RATE_LIMITED,
    )
    return Operation(method, f"/auth{path}", summary, handler, body, reply, errors=errors)


_IN: Final = (TokensReply, ChallengeReply)
OPERATIONS: Final = (
    _operation("POST", "/register", "Ask for an account", register, RegisterBody, ChallengeReply),
    _operation("POST", "/login", "Sign in", log_in, LoginBody, _IN),
    _operation("POST", "/otp", "Answer a challenge with its code", answer_challenge, OtpBody, _IN),
    _operation("POST", "/reset", "Ask for a new password", ask_for_reset, ResetBody, ChallengeReply),
    _operation("POST", "/refresh", "Get the next tokens", refresh_tokens, RefreshBody, TokensReply),
    _operation("POST", "/claim", "Take over what one bought as a guest", claim_guest, ClaimBody, DoneReply),
    _operation("POST", "/logout", "Sign out", log_out, LogoutBody, DoneReply),
    _operation("GET", "/me", "Read who one is", read_me, None, MeReply),
    _operation("DELETE", "/me", "Erase one's account", erase_me, None, DoneReply),
    _operation("GET", "/sessions", "List where one is signed in", list_sessions, None, SessionsReply),
    _operation("DELETE", "/sessions/{session}", "End a session", end_session, None, DoneReply),
    _operation("POST", "/password", "Change one's password", change_password, PasswordBody, DoneReply),
    _operation("POST", "/totp", "Begin with an authenticator", begin_totp, TotpBeginBody, TotpBeginReply),
    _operation(
        "POST", "/totp/confirm", "Enrol an authenticator", confirm_totp, TotpConfirmBody, TotpConfirmReply
    ),
    _operation(
        "POST",
        "/recovery-codes",
        "Get new recovery codes",
        renew_recovery,
        RecoveryCodesBody,
        RecoveryCodesReply,
    ),
    _operation(
        "POST",
        "/second-factor",
        "Choose the second factor",
        change_second_factor,
        SecondFactorBody,
        DoneReply,
    ),
)
