"""Sections as single-threaded actors: ownership, group commit, placement and routing.

The only package that speaks Ray, and it does so in `actors.ray_*` modules alone.
"""
