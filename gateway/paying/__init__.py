"""Payments that take time: who drives them, who looks after them, and the banks they are made with."""
