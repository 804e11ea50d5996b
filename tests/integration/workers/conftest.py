from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from scripts.services import rabbitmq
from scripts.services.post_office import PostOffice
from scripts.services.rabbitmq import RabbitNode
from tests.integration.workers.houses import House
from tests.integration.workers.mail_desk import Desk
from tests.services import RABBITMQ, SMTP, broker, used


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """The broker that all tests share."""
    with broker() as url:
        yield url


@pytest.fixture
def amqp_url(request: pytest.FixtureRequest, broker_url: str) -> str:
    """A broker for a test that makes consumers of its own names."""
    used(request, RABBITMQ)
    return broker_url


@pytest.fixture
def node(request: pytest.FixtureRequest) -> Iterator[RabbitNode]:
    """A broker of the test's own, to be killed."""
    if not rabbitmq.installed():
        pytest.skip("no RabbitMQ to kill: install Debian's rabbitmq-server")
    used(request, RABBITMQ)
    with rabbitmq.node() as private:
        yield private


@pytest.fixture
async def office(request: pytest.FixtureRequest) -> AsyncIterator[PostOffice]:
    """A mail server."""
    used(request, SMTP)
    async with PostOffice.open() as office:
        yield office


@pytest.fixture
async def desk(office: PostOffice) -> AsyncIterator[Desk]:
    """A house that writes to its buyers and to those who wait."""
    made = Desk(await House.open(sections=2), office)
    yield made
    await made.tickets.close()
