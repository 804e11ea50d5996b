"""Alembic's home: `env.py` and one file per change of the schema, applied by `persistence.migrate`."""
