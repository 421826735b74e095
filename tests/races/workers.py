"""Machines that work in no time at all: the worker's own story, without processes."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

from diorama.events import StageProgress, StageStarted, WorkerEvent
from diorama.platform import Platform
from diorama.request import StageRequest, WorkRequest
from diorama.work import Ended, Worker
from tests.races.actors import Actors

LONGEST_STAGE_S = 60.0
STEPS = 3
ENDING_TAKES_S = 90.0  # SageMaker gives a container two minutes
PROBLEM = {"code": "too_dark", "message": "It is too dark.", "advice": "Add light."}


class RaceWorker(Worker):
    """Sleeps instead of running a stage. `fate` is what becomes of the stage that runs: "" for nothing special."""

    def __init__(
        self,
        platform: Platform,
        request: WorkRequest,
        actors: Actors,
        chance: Random,
        stop_asked: Callable[[], bool],
    ) -> None:
        super().__init__(platform, request, Path())
        self.actors = actors
        self.chance = chance
        self.stop_asked = stop_asked
        self.fate = ""
        self.ending_takes_s = (0.0, ENDING_TAKES_S)
        self.running: StageRequest | None = None

    def _run_stage(self, item: StageRequest) -> Ended | None:
        self._tell(StageStarted, stage=item.stage)
        self.running = item
        try:
            for step in range(STEPS):
                self.actors.sleep(self.platform.clock.now() + self.chance.uniform(0, LONGEST_STAGE_S / STEPS))
                ended = self._told_to_end(item)
                if ended:
                    return ended
                percent = 100 * step / STEPS
                self._tell(StageProgress, stage=item.stage, percent=percent, message="at it", metrics={})
            outcome = "refused" if self.fate == "refuse" else "reduced" if item.smaller else "succeeded"
        finally:
            self.running = None
        report = {"outcome": outcome, **(PROBLEM if outcome == "refused" else {})}
        self.platform.store.put(f"{item.output}/report.json", json.dumps(report).encode())
        self._tell_end(item, report, 1.0)
        return None

    def _told_to_end(self, item: StageRequest) -> Ended | None:
        if self.fate == "bug":
            return Ended("failed", f"{item.stage} ended with 1")
        if self.fate == "memory":
            return Ended("out_of_memory", f"{item.stage} ended with -9")
        if self.stop_asked() or self.fate == "spot":
            self.stopping.set()
            self.actors.sleep(self.platform.clock.now() + self.chance.uniform(*self.ending_takes_s))
            return Ended("stopped")
        return None

    def _tell(self, event: type[WorkerEvent], **what: object) -> None:
        self.platform.outbox.publish(self.request.topic, self._message(event, **what))
