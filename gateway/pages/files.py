"""The built pages as bytes: entries with their marks for what the gateway adds, and assets with their types.

The build leaves compressed forms beside them. Files are read once and kept. They are named by their content,
so what a browser has it need not ask for again; entries are asked for each time.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

STATIC: Final = Path(__file__).parents[1] / "static"
HEAD_MARK: Final = "<!--head-->"
SUMMARY_MARK: Final = "<!--summary-->"
FILES_MAX: Final = 512
"""More files than the pages ever have; others in the folder are not served."""
NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Holdfast</title>
<h1>The pages are not built</h1>
<p>Run <code>make pages</code> and start the server again. All that pages do can be done
through the API meanwhile: see <a href="/docs">/docs</a>.</p>
</html>
"""
CODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""Content codings, the smaller first, and how the build names a file in each."""
# What the system says of these differs between machines.
TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


class Asset(msgspec.Struct, frozen=True):
    """A file's bytes by content coding (`identity` is always there), its media type and its tag."""

    bodies: dict[str, bytes]
    media_type: str
    etag: str

    def accepted(self, accept_encoding: str) -> tuple[str, bytes]:
        """The smallest coding that a client takes, and the bytes in it."""
        offered = {each.partition(";")[0].strip() for each in accept_encoding.split(",")}
        coding = next((each for each in CODINGS if each in offered and each in self.bodies), "identity")
        return coding, self.bodies[coding]


class PageFiles:
    """What `tools/build_pages.py` left in a folder, or nothing if it did not run."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder

    @cached_property
    def entries(self) -> Mapping[str, str]:
        """The pages' HTML by name."""
        return {
            path.stem: path.read_text("utf-8") for path in sorted(self._folder.glob("*.html"))[:FILES_MAX]
        }

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        """Scripts, styles and pictures by name."""
        folder = self._folder / "assets"
        paths = (path for path in folder.glob("*") if path.is_file() and path.suffix not in CODINGS.values())
        return {path.name: read_asset(path) for path in sorted(paths)[:FILES_MAX]}

    @cached_property
    def widget(self) -> Asset | None:
        """The script that other people's pages embed an event with."""
        return self._by_name("widget.js")

    @cached_property
    def door_worker(self) -> Asset | None:
        """The script with which browsers keep the door's page."""
        return self._by_name("door-worker.js")

    def _by_name(self, name: str) -> Asset | None:
        path = self._folder / name
        return read_asset(path) if path.is_file() else None

    def entry(self, name: str, head: str = "", summary: str = "") -> str | None:
        """A page with what is to stand in its head and body; both are HTML. None if it is not built."""
        page = self.entries.get(name)
        return None if page is None else page.replace(HEAD_MARK, head).replace(SUMMARY_MARK, summary)


def read_asset(path: Path) -> Asset:
    """A file with its compressed forms, where the build left some."""
    plain = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    bodies = {"identity": plain}
    for coding, suffix in CODINGS.items():
        squeezed = path.with_name(path.name + suffix)
        if squeezed.is_file():
            bodies[coding] = squeezed.read_bytes()
    return Asset(bodies, media_type, f'"{blake2b(plain, digest_size=12).hexdigest()}"')
