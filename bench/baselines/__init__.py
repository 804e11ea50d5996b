"""The designs that booking back ends use today, behind the same gateway as ours.

Each design answers the gateway's `Sections` port: the server, the websocket sessions, the
codec, the tokens and the order rows are those of the product, so that only the way a seat
is held and sold differs. They keep no idempotency keys and no live map, which favours them.
"""
