"""Run by Alembic inside `persistence.migrate.upgrade`, on the connection given there."""

from __future__ import annotations

from alembic import context

from persistence.postgres.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
