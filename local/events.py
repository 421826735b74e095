"""Delivers what was published: topics to functions, events of the bus by their rules, schedules by time.

At least once, as on AWS: a message leaves the durable queue when every receiver has taken it.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator

from diorama.ports import Clock, JsonObject
from local.expressions import Json
from local.notices import EVENTS, event
from local.outbox import LocalOutbox, QueuedMessage
from local.patterns import matches
from local.template import Schedule, Target, Template

POLL_S = 0.1
_log = logging.getLogger("local.events")


class Dispatcher:
    """Drains the outbox's queue with one thread, oldest first."""

    def __init__(
        self, template: Template, outbox: LocalOutbox, invoke: Callable[[str, Json], Json], clock: Clock
    ) -> None:
        self.template = template
        self.outbox = outbox
        self.invoke = invoke
        self.clock = clock
        self._due = dict.fromkeys(template.schedules, clock.now())  # nobody knows how long nothing ran
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="events", daemon=True)

    def drain(self) -> None:
        """Delivers all that is due now."""
        while messages := self.outbox.undelivered():
            for message in messages:
                if self._closing.is_set():
                    return
                self._deliver(message)

    def run_due_schedules(self) -> None:
        """Sends each schedule whose time has come; however often it was missed, it is sent once."""
        now = self.clock.now()
        for schedule, due in self._due.items():
            if now >= due:
                self._due[schedule] = now + schedule.interval_s
                self._tick(schedule, now)

    def open(self) -> None:
        """From now on delivers in the background."""
        self._thread.start()

    def close(self) -> None:
        """Stops after the message at hand; what is queued stays queued."""
        self._closing.set()
        self._thread.join(2)

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                self.drain()
                self.run_due_schedules()
            except Exception:
                _log.exception("the queue can't be read; trying again")
            self._closing.wait(POLL_S)

    def _deliver(self, message: QueuedMessage) -> None:
        """A message that one receiver refuses is tried again with all of them: they cope with repetition."""
        try:
            for function, payload in self._receivers(message):
                self.invoke(function, payload)
        except Exception as error:  # whatever it is: no message may hold up the others
            if not self.outbox.failed(message.id, str(error)):
                _log.exception("dead letter %s on %s", message.id, message.topic)
        else:
            self.outbox.delivered(message.id)

    def _receivers(self, message: QueuedMessage) -> Iterator[tuple[str, JsonObject]]:
        if message.topic != EVENTS:
            yield from self._subscribers(message.topic, message.message, str(message.id))
            return
        for rule in self.template.rules:
            if matches(rule.pattern, message.message):
                for target in rule.targets:
                    yield from self._target(target, message.message)

    def _target(self, target: Target, happened: JsonObject) -> Iterator[tuple[str, JsonObject]]:
        if target.kind == "function":
            yield target.name, happened
        else:
            yield from self._subscribers(target.name, happened, str(happened["id"]))

    def _subscribers(
        self, topic: str, message: JsonObject, message_id: str
    ) -> Iterator[tuple[str, JsonObject]]:
        for function in self.template.topics.get(topic, []):
            yield function, _sns_event(topic, message, message_id)

    def _tick(self, schedule: Schedule, now: float) -> None:
        happened = event("aws.events", "Scheduled Event", {}, now)
        try:
            for function, payload in self._target(schedule.target, happened):
                self.invoke(function, payload)
        except Exception:
            _log.exception("schedule %s", schedule.name)  # its next time comes


def _sns_event(topic: str, message: JsonObject, message_id: str) -> JsonObject:
    """What Lambda is given for one message of a topic."""
    sns = {"Type": "Notification", "TopicArn": topic, "MessageId": message_id, "Message": json.dumps(message)}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns}]}
