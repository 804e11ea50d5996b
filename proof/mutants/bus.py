"""Defects of the bus: what is lost, what takes effect twice, what comes out of order."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

DAYS: Final = ByTests(
    ("tests/simulation/test_bus.py::test_every_piece_of_news_takes_effect_once_and_in_order",)
)
RELAYING: Final = "tests/integration/workers/test_relay.py::"
LOOKING: Final = "tests/integration/workers/test_lookout.py::"
HEARING: Final = "tests/integration/workers/test_webhook_hearing.py::"
WEBHOOKS: Final = "tests/integration/workers/test_webhooks.py::"
BROKER: Final = "tests/integration/workers/test_rabbitmq.py::"
INBOX: Final = "tests/contract/test_inbox.py::"

MUTANTS: Final = (
    Mutant(
        "the position moves before the broker has confirmed",
        "What the broker lost is passed over for ever.",
        (
            Edit(
                "workers/relay.py",
                "        if messages:\n            await self._outlet.send(messages)\n",
                "        await self._positions.advance(epoch, share)\n"
                "        if messages:\n            await self._outlet.send(messages)\n",
            ),
        ),
        (
            DAYS,
            ByTests((RELAYING + "test_the_position_stands_until_the_broker_has_confirmed",)),
        ),
    ),
    Mutant(
        "effects without an inbox",
        "Everything that comes again takes effect again.",
        (
            Edit(
                "persistence/memory/inbox.py",
                "new = [each for each in positions if (consumer, *each) not in self._taken]",
                "new = list(positions)",
            ),
        ),
        (DAYS, ByTests((INBOX + "test_each_consumer_takes_a_message_once",))),
    ),
    Mutant(
        "the inbox takes in whatever came before it, in SQL",
        "A worker that is killed between effect and acknowledgement sends its mail twice.",
        (
            Edit(
                "persistence/postgres/inbox.py",
                '    return {(row["stream"], row["seq"], row["part"]) for row in rows}',
                "    return set(positions)",
            ),
        ),
        (ByTests((INBOX + "test_each_consumer_takes_a_message_once",)),),
    ),
    Mutant(
        "the inbox forgets the part",
        "Of a release and the offer that came with it one counts as the other's repeat.",
        (
            Edit(
                "persistence/memory/inbox.py",
                "by_position = {(row.stream, row.seq, row.part): row for row in rows}",
                "by_position = {(row.stream, row.seq, 0): row for row in rows}",
            ),
        ),
        (DAYS,),
    ),
    Mutant(
        "what a consumer in this process could not do is passed over",
        "The database was away for a moment, and a letter is never written.",
        (
            Edit(
                "workers/in_process.py",
                "            if isinstance(outcome, BaseException):\n                raise outcome\n",
                "            assert outcome is not self\n",
            ),
        ),
        (DAYS,),
    ),
    Mutant(
        "what took effect is given back to the broker instead of acknowledged",
        "It comes again and again, until the broker lays it with the dead.",
        (
            Edit(
                "workers/rabbit/feed.py",
                "await self._reached(deliveries[-1].ack(multiple=True))",
                "await self._reached(deliveries[-1].nack(multiple=True, requeue=True))",
            ),
        ),
        (ByTests((BROKER + "test_what_took_effect_does_not_come_again",)),),
    ),
    Mutant(
        "a consumer at the broker takes the newest first",
        "Of a seat that was sold and given back the sale is heard of last.",
        (
            Edit(
                "workers/rabbit/feed.py",
                "        found.append(arrived.get_nowait())\n",
                "        found.insert(0, arrived.get_nowait())\n",
            ),
        ),
        (ByTests((BROKER + "test_what_is_sent_comes_in_order_to_each_who_wants_it",)),),
    ),
    Mutant(
        "a relay begins one record late",
        "The first record of each round is never told of.",
        (
            Edit(
                "workers/relay.py",
                "share.stream, share.after_seq, share.last_seq - share.after_seq",
                "share.stream, share.after_seq + 1, share.last_seq - share.after_seq - 1",
            ),
        ),
        (DAYS, ByTests((RELAYING + "test_news_come_in_order_and_the_position_follows",))),
    ),
    Mutant(
        "a stream that wakes up is not looked for",
        "News of the sections that sold once go on; of the others nobody ever hears.",
        (
            Edit(
                "workers/lookout.py",
                "        if began_s < self._all_at_s:\n",
                "        if self._lately:\n",
            ),
        ),
        (ByTests((LOOKING + "test_who_had_something_lately_is_found_at_once_and_who_wakes_up_soon",)),),
    ),
    Mutant(
        "two relays lead at once",
        "Both send everything, and whoever was overtaken never learns of it.",
        (
            Edit(
                "persistence/memory/relay.py",
                "            if now_ms < self._until_ms:\n                return None\n",
                "",
            ),
        ),
        (ByTests((RELAYING + "test_one_relay_at_a_time_and_the_next_one_takes_over",)),),
    ),
    Mutant(
        "a name in the news",
        "Whoever made an order is told to everybody who listens.",
        (
            Edit(
                "workers/tellers.py",
                "    record = decode_record(data)\n",
                "    record = decode_record(data)\n    teller._currency = record.principal\n",
            ),
        ),
        (ByTests((RELAYING + "test_each_record_becomes_a_cloud_event_that_names_nobody",)),),
    ),
    Mutant(
        "webhooks go to private addresses",
        "Whoever may name an endpoint can call what lies behind the firewall.",
        (
            Edit(
                "workers/webhooks/guard.py",
                "if not self._private and not all(is_public(each) for each in addresses):",
                "if not self._private and not any(is_public(each) for each in addresses):",
            ),
        ),
        (ByTests((WEBHOOKS + "test_private_addresses_are_refused",)),),
    ),
    Mutant(
        "a webhook looks its name up again",
        "A name that was public when it was judged means this machine when it is called.",
        (
            Edit(
                "workers/webhooks/courier.py",
                "scheme=target.scheme, host=target.address,",
                "scheme=target.scheme, host=target.host,",
            ),
        ),
        (ByTests((WEBHOOKS + "test_the_address_that_was_judged_is_the_one_that_is_reached",)),),
    ),
    Mutant(
        "a webhook's retries never end",
        "An endpoint that is gone is called for ever.",
        (
            Edit(
                "engine/webhooks.py",
                "if answer.status == GONE or number >= len(SCHEDULE_MS):",
                "number = min(number, len(SCHEDULE_MS) - 1)\n        if answer.status == GONE:",
            ),
        ),
        (ByTests(("tests/unit/test_webhook_rules.py::test_failures_follow_the_schedule_until_it_is_over",)),),
    ),
    Mutant(
        "another organiser's webhooks hear of it",
        "One house is told what the other one sells.",
        (
            Edit(
                "workers/webhooks/consumer.py",
                " for each in interested if each.owner == owner]",
                " for each in interested if owner]",
            ),
        ),
        (ByTests((WEBHOOKS + "test_an_endpoint_hears_of_its_organisers_events_alone",)),),
    ),
    Mutant(
        "webhooks: who was looked for once is known for ever",
        "A new endpoint hears nothing, and what was said to it at its creation was not true.",
        (Edit("workers/webhooks/consumer.py", "if mark != self._mark:", "if self._mark is None:"),),
        (ByTests((HEARING + "test_a_new_endpoint_misses_nothing_from_its_first_moment_on",)),),
    ),
    Mutant(
        "webhooks: a relay does not look before it reads",
        "What happens right after an endpoint was made is passed over as nobody's news.",
        (Edit("workers/relay.py", "            await self._outlet.look()\n", "            pass\n"),),
        (ByTests((HEARING + "test_a_new_endpoint_misses_nothing_from_its_first_moment_on",)),),
    ),
    Mutant(
        "webhooks: a replay tells what is announced of others",
        "One house is told what another one publishes, under its own signature.",
        (
            Edit(
                "workers/webhooks/replaying.py",
                "if replay.event and message.event != replay.event:",
                "if replay.event and not message.event:",
            ),
        ),
        (ByTests((HEARING + "test_a_replay_tells_again_what_the_catalogue_told_of_the_event",)),),
    ),
)
