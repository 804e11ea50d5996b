"""The image's steps, as those read them who play them without an engine."""

from __future__ import annotations

from pathlib import Path

from scripts.services.dockerfile import ROOT, Step, ignored, read_steps


def test_steps_are_read_in_their_order() -> None:
    """Comments are left out, and a step may go on over several lines."""
    told = "# ours\nFROM python AS build\nENV A=1 B=$PATH:2\n"
    told += "RUN first \\\n    && then\n\nCOPY --from=build /a /b"
    stage, variables, run, copied = read_steps(told)
    assert ("FROM", "build") == (stage.kind, stage.stage)
    assert [("A", "1"), ("B", "$PATH:2")] == variables.assignments
    assert Step("RUN", "first && then") == run
    assert "build" == copied.source_stage
    assert None is stage.source_stage


def test_every_step_of_ours_is_of_a_kind_that_is_played() -> None:
    """Or says nothing about files: a port, a signal, what is run in the end."""
    played = {"FROM", "ENV", "WORKDIR", "USER", "COPY", "RUN"}
    kinds = {step.kind for step in read_steps((ROOT / "Dockerfile").read_text("utf-8"))}
    assert played | {"EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"} == kinds


def test_what_the_image_does_not_need_stays_behind() -> None:
    """By name at the top, and by a name's end anywhere."""
    left_out = [".git", "tests", "gateway/static", "engine/__pycache__", "a/b/.mypy_cache"]
    assert all(ignored(Path(each)) for each in left_out)
    assert not any(ignored(Path(each)) for each in ["gateway", "web/tests", "requirements.lock"])
