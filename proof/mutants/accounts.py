"""Defects of accounts, of rights, and of what keeps tenants apart."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

JUDGING: Final = "gateway/access/judging.py"
STANDING: Final = ("tests/unit/gateway/test_rights.py::test_what_a_caller_is_where_the_object_is",)
CONTRACT: Final = "tests/contract/test_accounts.py::"
SESSIONS: Final = "tests/integration/gateway/test_sessions.py::"

MUTANTS: Final = (
    Mutant(
        "accounts: a rotated token is taken again",
        "Who stole a refresh token goes on for ever, and the owner learns nothing.",
        (Edit("engine/accounts/judging.py", '    return "reused"\n', '    return "rotate"\n'),),
        (ByTests((SESSIONS + "test_a_stolen_token_that_was_rotated_ends_its_session",)),),
    ),
    Mutant(
        "accounts: a revoked session goes on",
        "The lost telephone stays signed in.",
        (
            Edit(
                "gateway/accounts/revocations.py",
                "        if not known:\n            return False\n",
                "        if known or not known:\n            return False\n",
            ),
        ),
        (ByTests((SESSIONS + "test_signing_out_here_and_everywhere",)),),
    ),
    Mutant(
        "accounts: a code opens twice",
        "Who reads it over a shoulder signs in as well.",
        (
            Edit(
                "persistence/postgres/accounts.py",
                "            else:\n"
                "                await connection.execute(sa.delete(ChallengeTable).where(one))\n",
                '            elif tried == "over":\n'
                "                await connection.execute(sa.delete(ChallengeTable).where(one))\n",
            ),
        ),
        (ByTests((CONTRACT + "test_a_code_opens_once_whoever_is_fastest",)),),
    ),
    Mutant(
        "accounts: guessing costs no try",
        "Eight digits are soon tried out.",
        (
            Edit(
                "persistence/postgres/accounts.py",
                "left = challenge.tries_left - 1",
                "left = challenge.tries_left",
            ),
        ),
        (ByTests((CONTRACT + "test_tries_run_out_and_so_does_time",)),),
    ),
    Mutant(
        "accounts: an authenticator's code is good again",
        "Who saw it typed has half a minute.",
        (
            Edit(
                "persistence/postgres/accounts.py",
                "_ACCOUNT.id == account_id, _ACCOUNT.totp_step < step",
                "_ACCOUNT.id == account_id",
            ),
        ),
        (ByTests((CONTRACT + "test_passwords_and_factors_are_replaced",)),),
    ),
    Mutant(
        "rights: any house is everybody's",
        "One organiser opens, prices and refunds another's sale.",
        (Edit(JUDGING, " if tenant and organiser == tenant.organiser)", " if tenant or organiser)"),),
        (ByTests(STANDING),),
    ),
    Mutant(
        "rights: a test key meets live seats",
        "A program that is tried out sells the real house.",
        (
            Edit(
                JUDGING,
                "    return tenant.mode not in (None, caller.mode)\n",
                "    return tenant.mode not in (None, caller.mode) and tenant.mode is None\n",
            ),
        ),
        (ByTests(STANDING),),
    ),
)
