"""Deliberate defects, each a small change of the source, and what must catch each of them.

A test that has never failed proves little. Here is what fails it: `make mutants` copies the
tree, makes one change at a time in the copy, and runs the tests or simulated sales that are
expected to notice. A change that nobody notices is a test that is missing. `catalogue.ALL`
lists them by what they break: storage, shells, domain, orders, gateway,
waiting room.
"""
