"""What shows that the books are right: simulation, recorded histories, an independent audit, mutants."""
