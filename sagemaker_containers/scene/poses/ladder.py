"""Climbing from try to try while too few images have a pose; the best model is kept whatever comes after it.

The first try is what suffices for most captures. The budget for further ones is counted in work, not in
seconds: the same frames and the same seed climb equally far on any machine.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from diorama.errors import StageError
from diorama.stage import Progress
from diorama.stopwatch import Watch
from diorama.tours.stages import Rung, RungName, RungOutcome, SolvePosesParams
from frames.sources import VideoSource
from poses.frame_set import Frame
from poses.mapping import Mapped, Mapper, keep_only, map_images, placed_names
from poses.material import Count, Material
from poses.trust import trusted

SPANS = {"features": (0.0, 25.0), "pairs": (25.0, 27.0), "matches": (27.0, 65.0), "mapping": (65.0, 88.0)}
"""Where each step of the first try lies on the way to 100 percent, about in proportion to the time it takes."""
LADDER_FROM, LADDER_UNTIL = 88.0, 92.0
"""Whether there are more tries is not known before: all of them together move the bar this little."""


@dataclass(frozen=True)
class Capture:
    """The frames of a tour, where their pictures lie, and the video they came from (None for photos)."""

    images: Path
    frames: Sequence[Frame]
    video: VideoSource | None

    @property
    def names(self) -> list[str]:
        """Of the images, in order."""
        return [frame.image for frame in self.frames]


@dataclass
class Ladder:
    """The climb so far: the best model, the material it was made of, and a record of each rung."""

    capture: Capture
    work: Path
    params: SolvePosesParams
    progress: Progress
    watch: Watch
    best: Mapped | None = None
    material: Material | None = None
    rungs: list[Rung] = field(default_factory=list)
    problem: StageError | None = None
    budget: float = 0.0

    @property
    def enough(self) -> bool:
        """Whether no other try is needed."""
        placed = self.best.registered if self.best else 0
        return placed >= self.params.retry_below * len(self.capture.frames)

    def climb(self, rungs: "Sequence[RungKind]") -> Mapped | None:
        """The best model; None where no image could be placed.

        Raises the first try's `StageError` where nothing at all came of any.
        """
        for rung in rungs:
            if self.enough:
                break
            cost = rung.work(self)
            if cost is not None:
                self._take(rung, cost)
        if self.best is None and self.problem is not None:
            raise self.problem
        return self.best

    def _take(self, rung: "RungKind", cost: float) -> None:
        """Tries one rung if the budget allows it, and keeps its model where that is better."""
        if self.rungs and cost > self.budget:
            self._record(rung.name, "over_budget", None, None, 0.0)
            return
        self.budget = self.budget - cost if self.rungs else cost * self.params.ladder_budget
        start = monotonic()
        tried: Material | None = None
        found: Mapped | None = None
        try:
            tried = rung.prepare(self)
            found = self._map(tried, rung.mappers)
        except StageError as error:
            self.problem = self.problem or error
        outcome: RungOutcome = "no_better"
        if found is not None and (self.best is None or found.registered > self.best.registered):
            self.best, self.material, outcome = found, tried, "better"
        self.material = self.material or tried
        self._record(rung.name, outcome, found, tried, monotonic() - start)

    def _record(
        self,
        name: RungName,
        outcome: RungOutcome,
        found: Mapped | None,
        tried: Material | None,
        spent_s: float,
    ) -> None:
        self.rungs.append(
            Rung(
                name=name,
                outcome=outcome,
                registered=found.registered if found else 0,
                images=len(tried.frames) if tried else 0,
                pairs=len(tried.compared) if tried else 0,
                seconds=round(spent_s, 2),
            )
        )

    def _map(self, material: Material, mappers: "Callable[[Ladder], Sequence[Mapper]]") -> Mapped | None:
        """The best model, cut down to the frames of the tour; later mappers only where it is not enough.

        Frames from between may carry points from one frame of the tour to the next, but what hangs together by
        them alone bends: on the shaken flat 37 of 40 frames, up to 2.9 m off, instead of 20 to within 0.4 m.
        """
        names = set(self.capture.names)
        best: Mapped | None = None
        for mapper in mappers(self):
            with self.watch.step("mapping"):
                step = self.step("mapping")
                models = map_images(
                    mapper, material.database, material.images, len(material.frames), self.params, step
                )
            kept = [trusted(keep_only(model, names)) for model in models]
            best = max([*kept, *([best] if best else [])], key=lambda model: model.rank, default=None)
            if best and best.registered >= self.params.retry_below * len(names):
                break
        return best

    @property
    def placed(self) -> set[str]:
        """Images that have a pose in the best model."""
        return placed_names(self.best)

    @contextmanager
    def counted(self, name: str, what: str) -> Iterator[Count]:
        """Times a step, and gives what its progress is told to."""
        step = self.step(name)
        with self.watch.step(name):
            yield lambda done, all_: step(done / max(1, all_), f"{what} {done} of {all_}")

    def step(self, name: str) -> Callable[[float, str], None]:
        """Tells progress within a step: the share done, and a sentence."""
        start, end = SPANS[name]
        tries = len(self.rungs)

        def told(share: float, message: str) -> None:
            if tries == 0:
                self.progress(start + (end - start) * share, message)
            else:
                at = LADDER_UNTIL - (LADDER_UNTIL - LADDER_FROM) / tries
                self.progress(at, f"Try {tries + 1}: {message[0].lower()}{message[1:]}")

        return told


@dataclass(frozen=True)
class RungKind:
    """A way to place more images.

    `work` says what it costs (see `material.work_of`), or None where it makes no sense; `prepare` brings the
    material, and raises `StageError` where there is nothing in it; `mappers` says what then works on it.
    """

    name: RungName
    work: Callable[[Ladder], float | None]
    prepare: Callable[[Ladder], Material]
    mappers: Callable[[Ladder], Sequence[Mapper]]
