from __future__ import annotations

import socket

import pytest

from actors.ray_runtime import attach


def test_a_ray_that_cannot_be_reached_is_named_at_once() -> None:
    """Ray itself would go on trying for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionError, match=f"Ray at 127.0.0.1:{port} cannot be reached"):
        attach(f"127.0.0.1:{port}")


def test_an_address_without_a_port_is_named_too() -> None:
    """Only the address of a cluster's head will do, no other way to Ray."""
    with pytest.raises(ConnectionError, match="not host:port: 'auto'"):
        attach("auto")
