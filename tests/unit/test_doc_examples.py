from __future__ import annotations

import msgspec
import pytest

from engine.plans.importing import import_plan
from engine.terms import Terms
from protocol import replies
from protocol.errors import ErrorCode
from protocol.limits import ConnectionLimits
from protocol.replies import HelloReply, Push, Reply
from protocol.requests import AnyRequest
from tests.unit.doc_pages import DOCS, blocks_of

EXAMPLES = DOCS / "examples"
FRAMES = [
    (kind.removeprefix("json "), body)
    for kind, body in blocks_of(DOCS / "PROTOCOL.md")
    if kind[:5] == "json "
]
REQUESTS = [body for kind, body in FRAMES if kind == "request"]
REFUSALS = [body for kind, body in FRAMES if kind == "refusal"]
ANSWERS = [(*kind.split(), body) for kind, body in FRAMES if kind.split()[0] in ("reply", "push")]


@pytest.mark.parametrize("frame", REQUESTS)
def test_every_request_that_is_shown_is_one(frame: str) -> None:
    """And nothing of it is a field that the server would ignore."""
    request = msgspec.json.decode(frame, type=AnyRequest)
    shown, understood = msgspec.json.decode(frame), msgspec.to_builtins(request)
    assert shown["d"].keys() <= understood["d"].keys()
    assert shown.keys() <= understood.keys()


@pytest.mark.parametrize(("kind", "name", "frame"), ANSWERS)
def test_every_reply_and_push_that_is_shown_is_one(kind: str, name: str, frame: str) -> None:
    """Written anew from what was understood it is the same."""
    envelope = (
        msgspec.json.decode(frame, type=Reply) if kind == "reply" else msgspec.json.decode(frame, type=Push)
    )
    assert isinstance(envelope.d, msgspec.Raw)
    body = msgspec.json.decode(envelope.d, type=getattr(replies, name))
    again = msgspec.structs.replace(envelope, d=msgspec.Raw(msgspec.json.encode(body)))
    assert msgspec.json.decode(frame) == msgspec.json.decode(msgspec.json.encode(again))


@pytest.mark.parametrize("frame", REFUSALS)
def test_every_refusal_that_is_shown_is_of_the_catalogue(frame: str) -> None:
    """With its title and status."""
    problem = msgspec.json.decode(frame, type=Reply).e
    assert not isinstance(problem, msgspec.UnsetType)
    code = next(code for code in ErrorCode if code.value == problem.code)
    assert (code.status, code.title, code.retryable) == (problem.status, problem.title, problem.retryable)


def test_every_kind_of_request_is_shown() -> None:
    """A reader finds an example of each message."""
    shown = {type(msgspec.json.decode(frame, type=AnyRequest)) for frame in REQUESTS}
    assert set(AnyRequest.__args__) == shown


def test_the_limits_that_are_shown_are_those_of_the_code() -> None:
    """In the reply to `hello`."""
    hello = next(body for _, name, body in ANSWERS if name == "HelloReply")
    raw = msgspec.json.decode(hello, type=Reply).d
    assert isinstance(raw, msgspec.Raw)
    assert ConnectionLimits() == msgspec.json.decode(raw, type=HelloReply).limits


def test_the_example_terms_are_for_the_example_plan() -> None:
    """Every price is of a category that the plan has."""
    imported = import_plan((EXAMPLES / "chamber.csv").read_bytes(), None)
    terms = msgspec.json.decode((EXAMPLES / "chamber-terms.json").read_bytes(), type=Terms)
    assert () == tuple(imported.warnings)
    assert {category.key for category in imported.plan.categories} == set(terms.prices)


def test_the_terms_that_operators_are_shown_can_be_read() -> None:
    """And every one of their fields is understood."""
    shown = next(body for kind, body in blocks_of(DOCS / "OPERATIONS.md") if kind == "json")
    terms = msgspec.json.decode(shown, type=Terms)
    assert msgspec.json.decode(shown).keys() <= set(Terms.__struct_fields__)
    assert 6 == terms.limits.seats_per_hold
