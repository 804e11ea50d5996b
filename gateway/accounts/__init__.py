"""Accounts: signing in, sessions, second factors, organisers and API keys."""
