"""Ray as Holdfast runs it: the settings that were measured to matter, and no others."""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Sequence
from typing import Any, Final

import ray

REACH_TIMEOUT_S: Final = 5.0
OBJECT_STORE_BYTES: Final = 100 * 1024 * 1024
NAMESPACE: Final = "holdfast"

# A Ray of ours makes its processes prove themselves by a token in a file.
_JOINING: Final = ("RAY_AUTH_MODE",)
# It warns at each start that Ray checks a token, which is what we want of it.
_ABOUT_TOKENS: Final = logging.getLogger("ray._private.authentication.authentication_token_setup")
_SETTINGS: Final = {
    # Workers run at nice 15 otherwise and lose the processor to everything else.
    "RAY_worker_niceness": "0",
    # Task events and metrics cost a third of the calls a second.
    "RAY_task_events_report_interval_ms": "0",
    "RAY_enable_metrics_collection": "0",
    # A killed actor is callable again after 0.45 s instead of 1.5 s.
    "RAY_timeout_ms_task_wait_for_death_info": "50",
    # Calls that were lost with an actor are told so at this beat, not up to a second late.
    "RAY_core_worker_internal_heartbeat_ms": "100",
    # A node that hangs is found after 8 s instead of 66 s; false alarms are safe because of the fence.
    # One that is only starting, on a machine that has much to do, is given longer.
    "RAY_health_check_initial_delay_ms": "5000",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "1000",
    "RAY_health_check_failure_threshold": "5",
    # A worker that waits with its imports done is what makes a restart fast: it stays for a day.
    "RAY_idle_worker_killing_time_threshold_ms": "86400000",
    # What a recovery needs for a moment (a plan of megabytes) goes back to the system: glibc would
    # otherwise learn from it to keep such pieces, some 30 MB in every actor of a large house.
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS": "0",
}


def configure() -> None:
    """Put the settings into the environment, which Ray's processes inherit; explicit ones win."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)


def start_local(preload: Sequence[str] = ()) -> str:
    """Start a Ray of our own on loopback and return its address; it ends with this process.

    Its workers import the modules `preload` before they are given anything to do.

    Raises `RuntimeError` if `ray` was imported before this package, which opens its ports.
    """
    configure()
    _ABOUT_TOKENS.setLevel(logging.ERROR)
    os.environ.setdefault("RAY_preload_python_modules", ",".join(preload))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        context: Any = ray.init(
            address="local",
            namespace=NAMESPACE,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.WARNING,
            object_store_memory=OBJECT_STORE_BYTES,
        )
    address = str(context.address_info["gcs_address"])
    if not address.startswith("127.0.0.1:"):
        ray.shutdown()
        raise RuntimeError(f"Ray was imported too early and listens on {address} instead of loopback")
    return address


def attach(address: str) -> None:
    """Join the Ray whose head is at `host:port` as a driver. Raises `ConnectionError`."""
    _check_reachable(address)
    configure()
    ray.init(
        address=address,
        namespace=NAMESPACE,
        log_to_driver=False,
        logging_level=logging.WARNING,
    )


def _check_reachable(address: str) -> None:
    """Ask for a connection first: Ray goes on trying for minutes and tells nobody why."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ConnectionError(f"the address of Ray's head is not host:port: {address!r}")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH_TIMEOUT_S).close()
    except OSError as error:
        raise ConnectionError(f"Ray at {address} cannot be reached: {error}") from error


def joining_environment() -> dict[str, str]:
    """What Ray set in the environment of this process and wants in that of whoever joins."""
    return {name: os.environ[name] for name in _JOINING if name in os.environ}


def node_alive() -> bool:
    """Whether Ray's directory counts this node among the living. Blocks until it answers."""
    node = ray.get_runtime_context().get_node_id()
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]  # Ray has no types here
    return any(each["Alive"] for each in nodes if each["NodeID"] == node)


def stop() -> None:
    """Leave Ray; a Ray that this process started ends."""
    ray.shutdown()
