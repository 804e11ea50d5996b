from __future__ import annotations

from email import message_from_bytes, policy
from itertools import count
from pathlib import Path

import pytest

from gateway.ports import Mailer
from persistence.mail_files import FileMailer


def mailer(directory: Path) -> Mailer:
    """A mailer whose clock moves on with each mail and that keeps two."""
    ticks = count(1)
    return FileMailer(directory, lambda: next(ticks), lambda _bytes: "00", kept_max=2)


def files(directory: Path) -> list[Path]:
    """What was written, the oldest first."""
    return sorted(directory.iterdir())


async def test_a_mail_is_a_file_that_a_mail_program_opens(tmp_path: Path) -> None:
    """With its address, subject, text and HTML; nobody but its owner may read it."""
    directory = tmp_path / "mails"
    await mailer(directory).send("ada@example.org", "Grüße", "Guten Tag", "<p>Guten Tag</p>")
    (path,) = files(directory)
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert ("ada@example.org", "Grüße") == (message["To"], message["Subject"])
    bodies = [part.get_content().strip() for part in message.iter_parts()]
    assert ["Guten Tag", "<p>Guten Tag</p>"] == bodies
    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, directory.stat().st_mode & 0o777)


async def test_only_the_newest_mails_are_kept(tmp_path: Path) -> None:
    """The directory has a bound."""
    outbox = mailer(tmp_path)
    for number in range(4):
        await outbox.send("ada@example.org", f"Mail {number}", "Text")
    subjects = [message_from_bytes(path.read_bytes())["Subject"] for path in files(tmp_path)]
    assert ["Mail 2", "Mail 3"] == subjects


@pytest.mark.parametrize("address", ["ada@example.org\r\nBcc: all@example.org", "a\n@b"])
async def test_an_address_cannot_smuggle_in_a_header(tmp_path: Path, address: str) -> None:
    """Lines in an address are refused, and nothing is written."""
    with pytest.raises(ValueError, match="line"):
        await mailer(tmp_path).send(address, "Hello", "Text")
    assert [] == files(tmp_path)
