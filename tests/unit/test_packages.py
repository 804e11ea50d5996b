"""Our packages have plain names at the top level; nobody else may bring the same ones."""

from __future__ import annotations

import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OWNERS = packages_distributions()
PACKAGES: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


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
    groups = [PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"].values()]
    named = [each for group in groups for each in group if isinstance(each, str)]
    wanted = {canonicalize_name(Requirement(each).name) for each in named}
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    locked = {canonicalize_name(line.partition("==")[0].partition("[")[0]) for line in lines if "==" in line}
    assert set() == wanted - locked
