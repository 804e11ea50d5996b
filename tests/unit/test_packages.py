"""Our packages have plain names at the top level; nobody else may bring the same ones."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OWNERS = packages_distributions()
DEPENDENCIES: list[str] = PYPROJECT["project"]["dependencies"]
GROUPS: dict[str, list[object]] = PYPROJECT["dependency-groups"]
NEVER_IN_THE_IMAGE = {"bench/locustfile.py", "bench/pages/browser.py", "proof/fuzz/worker.py"}
"""What measures with a tool of developers, and is shipped with the rest of its package."""
PACKAGES: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def names(*groups: list[Any]) -> set[str]:
    """The packages that these lists of requirements name."""
    told = [each for group in groups for each in group if isinstance(each, str)]
    return {canonicalize_name(Requirement(each).name) for each in told}


def locked(file: str) -> dict[str, str]:
    """The packages of a lock, with their versions."""
    pinned = [line.split()[0] for line in (ROOT / file).read_text().splitlines() if "==" in line]
    parted = (each.partition("==") for each in pinned)
    return {canonicalize_name(name.partition("[")[0]): version for name, _, version in parted}


def imported(path: Path) -> set[str]:
    """The names at the top level of what a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_has_one_owner(package: str) -> None:
    """A name is found in this tree, and no other installed distribution has it."""
    spec = find_spec(package)
    assert spec is not None
    assert str(ROOT / package / "__init__.py") == spec.origin
    assert set(OWNERS.get(package, [])) <= {"holdfast"}


def test_every_package_is_shipped_and_layered() -> None:
    """The wheel and the layer contracts know every package that there is."""
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"scripts", "tests"}
    assert found == set(PACKAGES)
    assert found == set(PYPROJECT["tool"]["importlinter"]["root_packages"])


def test_the_lock_knows_every_dependency() -> None:
    """A clone installs what is locked and nothing else: `make lock` follows each change of dependencies."""
    assert set() == names(DEPENDENCIES, *GROUPS.values()) - locked("requirements.lock").keys()


def test_the_image_has_what_runs_and_nothing_that_tests() -> None:
    """Its locks are parts of the one that everything is tested with, to the version."""
    tested = locked("requirements.lock")
    image, build = locked("requirements.image.lock"), locked("requirements.build.lock")
    assert image.items() | build.items() <= tested.items()
    runs = names(DEPENDENCIES, *PYPROJECT["project"]["optional-dependencies"].values())
    assert set() == runs - image.keys()
    assert set() == names(GROUPS["build"]) - build.keys()
    brought_by_others = {"jsonschema", "msgpack", "pyyaml"}
    assert brought_by_others == image.keys() & names(*GROUPS.values()) - runs


def test_what_is_shipped_imports_what_the_image_has() -> None:
    """Whatever a module imports anywhere, the standard library, ours or the image's lock has."""
    image, missing = locked("requirements.image.lock").keys(), set()
    for path in sorted(each for package in PACKAGES for each in (ROOT / package).rglob("*.py")):
        for top in imported(path) - sys.stdlib_module_names - set(PACKAGES):
            if not {canonicalize_name(owner) for owner in OWNERS.get(top, [])} & image:
                missing.add(str(path.relative_to(ROOT)))
    assert NEVER_IN_THE_IMAGE == missing
