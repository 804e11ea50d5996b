"""Plays the steps of the image on this machine, where no engine is: `python -m scripts.image_steps`.

Each stage of the Dockerfile gets a copy of this machine's files to write to (overlayfs in a mount namespace
of its own, so it takes root on Linux), in which its steps are done as they stand. Then the last stage's
command is run by its account until it is ready to sell, and stopped as `docker stop` does. Nothing remains.

What it cannot show: that the base image has what this machine has, whose Python takes the place of its own.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from scripts.services.common import free_ports
from scripts.services.dockerfile import Step, ignored, read_steps

ROOT: Final = Path(__file__).parents[1]
INSIDE: Final = "HOLDFAST_IMAGE_STEPS_INSIDE"
PASSED_ON: Final = ("PIP_", "SSL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy")
READY_MAX_S: Final = 180
STOP_MAX_S: Final = 60


class StepFailed(Exception):
    """A step did not do what it should; the message has the step."""


class Stage:
    """One stage: its files, its environment, who does its steps and where."""

    def __init__(self, home: Path) -> None:
        self.root: Final = home / "root"
        self._variables: dict[str, str] = {
            "PATH": "/usr/local/bin:/usr/local/sbin:/usr/bin:/bin:/usr/sbin:/sbin"
        }
        self._folder = "/"
        self._account = "root"
        for name in ("upper", "work", "root"):
            (home / name).mkdir(parents=True)
        layers = f"lowerdir=/,upperdir={home / 'upper'},workdir={home / 'work'}"
        _do(["mount", "-t", "overlay", "overlay", "-o", layers, str(self.root)])
        for name in ("dev", "proc"):
            _do(["mount", "--rbind", f"/{name}", str(self.root / name)])
        self._give_python()

    def do(self, step: Step, stages: dict[str, Stage]) -> None:
        """Do a step. Raises `StepFailed`."""
        match step.kind:
            case "ENV":
                for name, value in step.assignments:
                    self._variables[name] = value.replace("$PATH", self._variables["PATH"])
            case "WORKDIR":
                self._folder = step.rest
                self._within(step.rest).mkdir(parents=True, exist_ok=True)
            case "USER":
                self._account = step.rest
            case "COPY":
                self._copy(step, stages)
            case "RUN":
                self.run(["sh", "-c", step.rest])
            case _:
                return

    def command(self, words: Sequence[str], more: dict[str, str] | None = None) -> list[str]:
        """A command line that runs `words` in the stage."""
        passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
        known = {**passed, "HOME": self._home(), **self._variables, **(more or {})}
        enter = ["chroot", f"--userspec={self._account}", str(self.root)]
        given = [f"{name}={value}" for name, value in known.items()]
        return [*enter, "env", "-i", f"--chdir={self._folder}", *given, *words]

    def run(self, words: Sequence[str]) -> None:
        """Run a command in the stage to its end. Raises `StepFailed`."""
        _do(self.command(words))

    def _home(self) -> str:
        return "/root" if self._account == "root" else f"/home/{self._account}"

    def _within(self, path: str) -> Path:
        return self.root / (Path(self._folder) / path).relative_to("/")

    def _copy(self, step: Step, stages: dict[str, Stage]) -> None:
        *sources, target = [word for word in step.words if not word.startswith("--")]
        there = self._within(target)
        if step.source_stage is not None:
            [source] = sources
            _do(["cp", "-a", str(stages[step.source_stage].root / source.lstrip("/")), str(there)])
            return
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, there, dirs_exist_ok=True, symlinks=True, ignore=_ignore)
            else:
                shutil.copy2(ROOT / source, there / Path(source).name)

    def _give_python(self) -> None:
        """Put our Python where the base image has its own, for every account."""
        programs = Path(sys.base_prefix).resolve() / "bin"
        self._variables["PATH"] = f"{programs}:{self._variables['PATH']}"
        for folder in (programs, *programs.parents):
            inside = self.root / folder.relative_to("/")
            inside.chmod(inside.stat().st_mode | 0o055)


def _ignore(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if ignored((Path(folder) / name).relative_to(ROOT))}


def _do(words: Sequence[str]) -> None:
    if subprocess.run(words, check=False).returncode != 0:
        raise StepFailed(" ".join(words[-1:]))


def play(home: Path) -> None:
    """Do every step, then sell and stop. Raises `StepFailed`."""
    stages: dict[str, Stage] = {}
    last: dict[str, Step] = {}
    stage: Stage | None = None
    for step in read_steps((ROOT / "Dockerfile").read_text("utf-8")):
        print(f"{step.kind} {step.rest}", file=sys.stderr, flush=True)
        if step.kind == "FROM":
            name = step.stage or "last"
            stage = stages[name] = Stage(home / name)
        elif stage is not None:
            stage.do(step, stages)
            last[step.kind] = step
    _serve(stages["last"], [*last["ENTRYPOINT"].listed, *last["CMD"].listed])


def _serve(stage: Stage, words: list[str]) -> None:
    port = free_ports(1)[0]
    keys = {f"HOLDFAST_{name}": secrets.token_hex(32) for name in ("SECRET_KEY", "TICKET_KEYS", "TOKEN_KEYS")}
    command = stage.command([*words, "--port", str(port)], keys)
    print(f"CMD {' '.join(words)}", file=sys.stderr, flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline() if process.stdout is not None else ""
        if not said.startswith("ready "):
            process.kill()
            raise StepFailed("it did not get ready")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=READY_MAX_S) as reply:
            print(reply.read().decode(), file=sys.stderr)
        process.terminate()
        if process.wait(STOP_MAX_S) != 0:
            raise StepFailed("it did not stop in good order")


def main() -> int:
    """Play in a mount namespace of our own, where what is mounted goes with us.

    What was written is removed from outside of it: there nothing of this machine hangs in it any more.
    """
    if (inside := os.environ.get(INSIDE)) is not None:
        return _play_inside(Path(inside))
    with TemporaryDirectory(prefix="holdfast-image-", ignore_cleanup_errors=True) as home:
        words = [
            "unshare",
            "--mount",
            "--propagation",
            "private",
            sys.executable,
            "-m",
            "scripts.image_steps",
        ]
        return subprocess.run(words, env={**os.environ, INSIDE: home}, check=False).returncode


def _play_inside(home: Path) -> int:
    try:
        play(home)
    except StepFailed as failed:
        print(f"image_steps: failed: {failed}", file=sys.stderr)
        return 1
    print("image_steps: every step was done, and what came of them got ready and stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
