from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.database import Database
from local.events import Dispatcher
from local.functions import FunctionError
from local.notices import EVENTS, event
from local.outbox import TRIES, LocalOutbox
from local.template import Rule, Schedule, Target, Template
from tests.fakes import FakeClock


@dataclass
class Receivers:
    """Functions that write down what they get, and may refuse it."""

    calls: list[tuple[str, Any]] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)

    def invoke(self, function: str, payload: Any) -> Any:
        self.calls.append((function, payload))
        if function in self.refusing:
            raise FunctionError("Unavailable", "not now")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def outbox(tmp_path: Path, clock: FakeClock) -> LocalOutbox:
    return LocalOutbox(Database(tmp_path / "d.sqlite"), tmp_path / "outbox", clock)


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


@pytest.fixture
def dispatcher(outbox: LocalOutbox, clock: FakeClock, receivers: Receivers) -> Dispatcher:
    template = Template(
        topics={"News": ["Reader", "Archive"], "Nobody": []},
        rules=[
            Rule("to-function", {"source": ["aws.states"]}, (Target("function", "Settle"),)),
            Rule("to-topic", {"source": ["aws.sagemaker"]}, (Target("topic", "News"),)),
        ],
        schedules=[Schedule("tick", 60, Target("function", "Reconcile"))],
    )
    return Dispatcher(template, outbox, receivers.invoke, clock)


def test_a_message_reaches_every_subscriber_as_sns_writes_it(
    dispatcher: Dispatcher, outbox: LocalOutbox, receivers: Receivers
) -> None:
    outbox.publish("News", {"a": "ü"})
    dispatcher.drain()
    assert [function for function, _ in receivers.calls] == ["Reader", "Archive"]
    (record,) = receivers.calls[0][1]["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["Sns"]["TopicArn"] == "News"
    assert record["Sns"]["Message"] == '{"a": "\\u00fc"}'
    assert not outbox.undelivered()


def test_messages_arrive_in_the_order_of_their_sending(
    dispatcher: Dispatcher, outbox: LocalOutbox, receivers: Receivers
) -> None:
    for number in range(250):
        outbox.publish("Nobody" if number % 2 else "News", {"n": number})
    dispatcher.drain()
    numbers = [call["Records"][0]["Sns"]["Message"] for name, call in receivers.calls if name == "Reader"]
    assert numbers == [f'{{"n": {number}}}' for number in range(0, 250, 2)]


def test_an_event_goes_where_a_rule_sends_it(
    dispatcher: Dispatcher, outbox: LocalOutbox, receivers: Receivers
) -> None:
    ended = event("aws.states", "Ended", {"status": "FAILED"}, 0)
    outbox.publish(EVENTS, ended)
    outbox.publish(EVENTS, event("aws.else", "Ended", {}, 0))
    dispatcher.drain()
    assert receivers.calls == [("Settle", ended)]


def test_an_event_can_pass_through_a_topic(
    dispatcher: Dispatcher, outbox: LocalOutbox, receivers: Receivers
) -> None:
    outbox.publish(EVENTS, event("aws.sagemaker", "Changed", {"x": 1}, 0))
    dispatcher.drain()
    assert [function for function, _ in receivers.calls] == ["Reader", "Archive"]
    assert '"detail-type": "Changed"' in receivers.calls[0][1]["Records"][0]["Sns"]["Message"]


def test_what_is_refused_comes_again_later_and_holds_up_nothing(
    dispatcher: Dispatcher, outbox: LocalOutbox, receivers: Receivers, clock: FakeClock
) -> None:
    receivers.refusing = {"Reader"}
    outbox.publish("News", {"n": 1})
    dispatcher.drain()
    receivers.refusing = set()
    outbox.publish("News", {"n": 2})
    dispatcher.drain()
    assert len(receivers.calls) == 1 + 2
    clock.time += 2
    dispatcher.drain()
    assert len(receivers.calls) == 1 + 2 + 2
    assert not outbox.undelivered()


def test_what_is_refused_for_good_is_kept_as_a_dead_letter(
    dispatcher: Dispatcher, outbox: LocalOutbox, receivers: Receivers, clock: FakeClock, caplog: Any
) -> None:
    receivers.refusing = {"Reader"}
    outbox.publish("News", {"n": 1})
    for _ in range(20):
        dispatcher.drain()
        clock.time += 100
    assert len(receivers.calls) == TRIES
    assert [letter.message for letter in outbox.dead_letters()] == [{"n": 1}]
    assert "dead letter" in caplog.text


def test_a_schedule_runs_at_the_start_and_whenever_it_is_due(
    dispatcher: Dispatcher, receivers: Receivers, clock: FakeClock
) -> None:
    for _ in range(13):
        dispatcher.run_due_schedules()
        clock.time += 10
    assert [function for function, _ in receivers.calls] == ["Reconcile"] * 3
    assert receivers.calls[0][1]["detail-type"] == "Scheduled Event"


def test_a_schedule_that_fails_comes_again_and_what_was_missed_is_sent_once(
    dispatcher: Dispatcher, receivers: Receivers, clock: FakeClock
) -> None:
    receivers.refusing = {"Reconcile"}
    clock.time += 600
    dispatcher.run_due_schedules()
    dispatcher.run_due_schedules()
    assert len(receivers.calls) == 1
    clock.time += 60
    dispatcher.run_due_schedules()
    assert len(receivers.calls) == 2


def test_what_was_queued_before_a_restart_is_delivered_after_it(
    dispatcher: Dispatcher, outbox: LocalOutbox, receivers: Receivers, tmp_path: Path, clock: FakeClock
) -> None:
    LocalOutbox(Database(tmp_path / "d.sqlite"), tmp_path / "outbox", clock).publish("News", {"n": 1})
    dispatcher.open()
    give_up = 200
    while outbox.undelivered() and (give_up := give_up - 1):
        dispatcher._closing.wait(0.02)
    dispatcher.close()
    assert {"Reader", "Archive"} <= {function for function, _ in receivers.calls}
