"""What persistence raises beside the storage errors that `engine.journal` names.

PersistenceError
├── PlanUnknown         an event was to be created on a plan that is not stored
├── UnsafeDatabase      the server could lose what it acknowledged
└── EmbeddedServerError the embedded PostgreSQL could not be started
"""

from __future__ import annotations


class PersistenceError(Exception):
    """Root of this package's own errors."""


class PlanUnknown(PersistenceError):
    """There is no plan by this id."""


class UnsafeDatabase(PersistenceError):
    """A setting of the server lets it lose what it acknowledged; the message names it."""


class EmbeddedServerError(PersistenceError):
    """The embedded PostgreSQL could not be started; the message says why and where its log is."""
