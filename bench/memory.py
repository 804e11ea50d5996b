"""What a server weighs: proportional set sizes, in which shared pages are counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import psutil

from bench.processes import Part

_KIB: Final = 1024


def pss_bytes(process_id: int) -> int:
    """The proportional set size of a process (Linux, `smaps_rollup`); 0 when it has ended."""
    try:
        rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    sizes = [line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")]
    return int(sizes[0]) * _KIB if sizes else 0


def memory_by_part(by_part: Mapping[Part, Sequence[psutil.Process]]) -> Counter[str]:
    """Bytes of each part of a server, its processes summed."""
    weighed: Counter[str] = Counter()
    for part, processes in by_part.items():
        weighed[part] = sum(pss_bytes(process.pid) for process in processes)
    return weighed


def mib(size: float) -> float:
    """Mebibytes to one place."""
    return round(size / 2**20, 1)
