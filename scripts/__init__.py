"""Helpers for those who work on Holdfast; nothing that is shipped needs them."""
