"""The composition root: settings, command line, wiring and embedded parts.

Imports everything; nothing imports it.
"""
