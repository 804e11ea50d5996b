"""Outgoing webhooks: news that an organiser's own systems asked for, tried until they are there."""
