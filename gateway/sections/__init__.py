"""What is asked of the sections of an event: which of them, in which words, and what they answered."""
