"""Tickets of booked orders, their signed codes and pages, and the door that they open."""
