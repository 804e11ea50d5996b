"""The pure domain: plans, sections, holds and seat choice.

No clock, no I/O and no randomness: time, ids and seeds come inside each entry.
`decide` judges an entry, `evolve` is the only writer of state, and replaying a
journal through `evolve` alone gives the same state, byte for byte.
"""
