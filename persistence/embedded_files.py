"""The embedded server's files: a cluster made once, and settings written at each start."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from persistence.embedded_account import ServerAccount
from persistence.errors import EmbeddedServerError

SETTINGS_FILE = "holdfast.conf"

SETTINGS = """\
# Written at every start; put your own settings into postgresql.conf, below the include.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 300
fsync = on
synchronous_commit = on
full_page_writes = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


def create_cluster(account: ServerAccount, cluster: Path) -> None:
    """Make a cluster with the database `holdfast`, whole or not at all.

    Made under another name first: what an interrupted start left behind is thrown away.
    """
    draft = cluster.with_name("cluster.draft")
    shutil.rmtree(draft, ignore_errors=True)
    account.run(
        "initdb",
        *("-D", str(draft), "-U", "holdfast", "--auth-local=peer", "--auth-host=reject"),
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    )
    account.run(
        *("postgres", "--single", "-D", str(draft), "postgres"),
        standard_input="CREATE DATABASE holdfast\n",
    )
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"\ninclude '{SETTINGS_FILE}'\n")
    account.write(draft / "pg_hba.conf", "local all all peer map=holdfast\n")
    draft.rename(cluster)


def write_settings(
    account: ServerAccount, cluster: Path, socket_directory: Path, users: Iterable[str]
) -> None:
    """Say where to listen and which system accounts may connect. Raises `EmbeddedServerError`."""
    made_by = (cluster / "PG_VERSION").read_text(encoding="utf-8").strip()
    installed = account.run("postgres", "--version").split()[-1].partition(".")[0]
    if made_by != installed:
        raise EmbeddedServerError(
            f"{cluster} was made by PostgreSQL {made_by} and {installed} is installed: "
            "upgrade it with pg_upgrade or use another data directory"
        )
    account.write(cluster / SETTINGS_FILE, SETTINGS.format(sockets=str(socket_directory).replace("'", "''")))
    account.write(
        cluster / "pg_ident.conf", "".join(f'holdfast "{user}" holdfast\n' for user in sorted(users))
    )
