"""Migrations form one chain, so that every database takes the same way."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory

import persistence

MIGRATIONS = Path(persistence.__file__).parent / "migrations"


def test_each_migration_follows_the_one_numbered_before_it() -> None:
    """Their files are numbered without a gap, each names its predecessor, and there is one newest."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    chain = list(reversed([script.revision for script in scripts.walk_revisions()]))
    numbered = [path.name[1:5] for path in sorted(MIGRATIONS.glob("versions/m*.py"))]
    assert [f"{number:04}" for number in range(1, len(chain) + 1)] == chain == numbered
    assert scripts.get_current_head() == chain[-1]
