"""What happens after the books are written: the relay to the bus, and those who act on its news."""
