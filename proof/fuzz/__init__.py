"""Throws spoiled input at what faces the outside: frame codecs, plan importers, whole sessions.

Nothing but answers of the catalogue may come back. `python -m proof.fuzz` runs the targets, one
process each, guided by coverage where Atheris is installed; what is found becomes a file that
the tests replay for ever.
"""
