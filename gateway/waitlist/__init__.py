"""The waitlist as callers meet it: asking, answering, telling, and keeping several sections in agreement."""
