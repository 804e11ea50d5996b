"""What is published about the API: documents made from the very calls and messages that are served."""
