"""The whole benchmark: scenarios, faults, growth, and the designs of today beside ours."""
