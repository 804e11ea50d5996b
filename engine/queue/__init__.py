"""The pure waiting room of one event: who waits, in which order, and who is let in when.

Built like a section: `decide` judges an entry, `evolve` is the only writer of state, time,
ids and seeds come inside each entry, and replaying a journal through `evolve` alone gives the
same state, byte for byte.
"""
