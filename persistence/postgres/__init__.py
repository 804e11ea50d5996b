"""The stores' home in PostgreSQL: asyncpg on the hot path, SQLAlchemy for the catalogue."""
