"""The stores' twins in memory: for simulations and tests, under the same contract as PostgreSQL."""
