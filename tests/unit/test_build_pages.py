from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "build_pages.py"


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with sources and output of its own, and nothing that it could start."""
    spec = importlib.util.spec_from_file_location("build_pages", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    web, output = tmp_path / "web", tmp_path / "static"
    (web / "ui").mkdir(parents=True)
    (web / "ui" / "base.css").write_text("body { margin: 0; }")
    (web / "package-lock.json").write_text("{}")
    output.mkdir()
    for name, value in {"WEB": web, "OUTPUT": output, "SKIP": False}.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module, "_system_node", lambda: None)
    monkeypatch.setattr(module, "_wheel_node", lambda: None)
    return module


def test_pages_that_are_as_their_sources_say_are_left_alone(builder: ModuleType) -> None:
    """Until a source changes; what lies in `node_modules` and in tests is none."""
    stamp = builder.OUTPUT / builder.STAMP
    stamp.write_text(builder._digest(builder._sources()))
    assert not builder.build()
    (builder.WEB / "node_modules").mkdir()
    (builder.WEB / "node_modules" / "new.js").write_text("")
    assert not builder.build()
    (builder.WEB / "ui" / "base.css").write_text("body { margin: 1px; }")
    with pytest.raises(builder.NoPages, match="no Node"):
        builder.build()


def test_an_install_goes_on_without_node(builder: ModuleType) -> None:
    """The hook warns, and says what to do later."""
    told: list[str] = []

    class App:
        def display_warning(self, text: str) -> None:
            told.append(text)

    class Hook(builder.CustomBuildHook):  # type: ignore[name-defined,misc]  # the class is loaded by its path
        def __init__(self) -> None:
            self.warned: Any = App()

        @property
        def app(self) -> Any:
            return self.warned

    Hook().initialize("standard", {})
    assert 1 == len(told)
    assert "make pages" in told[0]


def test_an_isolated_build_asks_for_node_only_where_there_is_none(
    builder: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not at all where no pages are wanted."""
    asked = builder.CustomBuildHook.dependencies
    assert [builder.NODE_WHEEL] == asked(None)
    monkeypatch.setattr(builder, "_system_node", lambda: Path("/usr/bin/node"))
    assert [] == asked(None)
    monkeypatch.setattr(builder, "_system_node", lambda: None)
    monkeypatch.setattr(builder, "SKIP", True)
    assert [] == asked(None)
    assert not builder.build()
