"""The waitlist of a section: who waits for seats that fit, and what they were offered.

Pure like the rest of the engine, and a part of the section's own state, so that what one
record sets free is offered in that same record, before anybody else can ask for it.
"""
