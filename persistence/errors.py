"""What persistence raises beside the storage errors that `engine.journal` names.

PersistenceError
├── PlanUnknown         an event was to be created on a plan that is not stored
├── VenueUnknown        an event was to take place at a venue that is not stored
├── CursorInvalid       a page mark is not one of ours
├── SchemaNewer         the database was migrated by a newer version than this one
├── UnsafeDatabase      the server could lose what it acknowledged
└── EmbeddedServerError the embedded PostgreSQL could not be started
"""

from __future__ import annotations


class PersistenceError(Exception):
    """Root of this package's own errors."""


class PlanUnknown(PersistenceError):
    """There is no plan by this id."""


class VenueUnknown(PersistenceError, LookupError):
    """There is no venue by this id."""


class CursorInvalid(PersistenceError, ValueError):
    """A page mark was not made here, or for another order."""


class SchemaNewer(PersistenceError):
    """The database was migrated by a newer version than this one, which would misread it."""


class UnsafeDatabase(PersistenceError):
    """A setting of the server lets it lose what it acknowledged; the message names it."""


class EmbeddedServerError(PersistenceError):
    """The embedded PostgreSQL could not be started; the message says why and where its log is."""
