"""REST under `/v1`: the same commands as over the websocket, and the catalogue."""
