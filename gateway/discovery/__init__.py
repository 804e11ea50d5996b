"""Keeps what is found current: what is left of events, looked at section by section."""
