"""The live map: what is polled once of each section, and told to all who watch it."""
