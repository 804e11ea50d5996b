"""Seating plans from outside: read, checked, made canonical, and generated for trials.

`importing.import_plan` reads every format and raises `findings.PlanInvalid` with the
places of what is wrong; what it returns has passed `checking.check_plan`.
"""
