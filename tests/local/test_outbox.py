import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from diorama.ports import Mail
from local.database import Database
from local.outbox import TRIES, LocalOutbox, Push
from tests.fakes import START_OF_TIME, FakeClock


@pytest.fixture
def outbox(database: Database, tmp_path: Path, clock: FakeClock) -> LocalOutbox:
    return LocalOutbox(database, tmp_path / "outbox", clock)


def topics(outbox: LocalOutbox, limit: int = 100) -> list[str]:
    return [queued.topic for queued in outbox.undelivered(limit)]


def test_messages_wait_in_order_until_they_are_delivered(outbox: LocalOutbox) -> None:
    for topic in ("first", "second", "third"):
        outbox.publish(topic, {})
    assert topics(outbox) == topics(outbox) == ["first", "second", "third"]
    assert topics(outbox, limit=2) == ["first", "second"]
    outbox.delivered(outbox.undelivered()[0].id)
    assert topics(outbox) == ["second", "third"]


def test_messages_outlive_the_process(
    outbox: LocalOutbox, database: Database, tmp_path: Path, clock: FakeClock
) -> None:
    outbox.publish("topic", {"a": [1]})
    database.close()
    (queued,) = LocalOutbox(database, tmp_path / "outbox", clock).undelivered()
    assert (queued.topic, queued.message, queued.attempts) == ("topic", {"a": [1]}, 0)


def test_a_message_that_failed_comes_again_later_and_later(outbox: LocalOutbox, clock: FakeClock) -> None:
    outbox.publish("topic", {})
    (queued,) = outbox.undelivered()
    waits = []
    while outbox.failed(queued.id, "no"):
        assert topics(outbox) == []
        started = clock.time
        while not outbox.undelivered():
            clock.time += 0.5
        waits.append(clock.time - started)
    assert waits == [1, 2, 4, 8, 16]
    assert len(waits) == TRIES - 1


def test_a_message_that_keeps_failing_is_a_dead_letter(outbox: LocalOutbox, clock: FakeClock) -> None:
    outbox.publish("topic", {"a": 1})
    (queued,) = outbox.undelivered()
    while outbox.failed(queued.id, "no"):
        pass
    clock.time += 10_000
    assert topics(outbox) == []
    assert [(letter.topic, letter.message, letter.attempts) for letter in outbox.dead_letters()] == [
        ("topic", {"a": 1}, TRIES)
    ]


def test_settling_a_message_twice_changes_nothing(outbox: LocalOutbox) -> None:
    outbox.publish("first", {})
    outbox.publish("second", {})
    first = outbox.undelivered()[0].id
    outbox.delivered(first)
    outbox.delivered(first)
    assert outbox.failed(first, "late") is False
    assert topics(outbox) == ["second"]


def test_a_message_published_in_a_transaction_that_fails_was_never_published(
    outbox: LocalOutbox, database: Database
) -> None:
    def fail() -> None:
        with database.transaction():
            outbox.publish("topic", {})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert topics(outbox) == []


def test_a_page_takes_each_push_once_and_loses_them_when_it_closes(outbox: LocalOutbox) -> None:
    outbox.open_connection("page1")
    outbox.push("page1", {"a": 1})
    assert list(outbox.take_pushes()) == [Push("page1", '{"a":1}')]
    assert list(outbox.take_pushes()) == []
    outbox.push("page1", {"a": 2})
    outbox.close_all_connections()
    outbox.open_connection("page1")
    assert list(outbox.take_pushes()) == []


def test_pushes_are_taken_for_all_pages_in_the_order_they_came(outbox: LocalOutbox) -> None:
    for page in ("page1", "page2"):
        outbox.open_connection(page)
    for number in range(4):
        outbox.push(f"page{number % 2 + 1}", {"number": number})
    assert [json.loads(push.text)["number"] for push in outbox.take_pushes()] == [0, 1, 2, 3]


def test_a_letter_in_two_forms_has_both(outbox: LocalOutbox, tmp_path: Path) -> None:
    outbox.mail(Mail("ada@example.com", "Ready", "plain words", "<p>fine words</p>"))
    (path,) = (tmp_path / "outbox").iterdir()
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    forms = {part.get_content_type(): part.get_content().strip() for part in letter.iter_parts()}
    assert forms == {"text/plain": "plain words", "text/html": "<p>fine words</p>"}
    assert letter["date"].datetime.timestamp() == START_OF_TIME
