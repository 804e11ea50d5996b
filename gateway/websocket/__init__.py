"""A conversation over a websocket: from the bytes of a frame to a request, and from its reply to bytes."""
