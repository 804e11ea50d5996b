"""The only place that speaks SQL: journal, leases, snapshots, catalogue, migrations.

Each store has two homes, PostgreSQL and memory, that pass the same contract tests.
"""
