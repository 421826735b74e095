"""The climb, with rungs that place as many images as the test says: budget, order, and what is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import poses.ladder
from diorama.errors import StageError
from diorama.stopwatch import Watch
from diorama.tours.stages import SolvePosesParams
from poses.frame_set import Frame
from poses.ladder import Capture, Ladder, RungKind
from poses.mapping import Mapper
from poses.material import Material
from poses.rungs import RUNGS, lacking_pairs, pairs_in_time
from tests.stages import Told


@dataclass
class Model:
    """As much of a reconstruction as the climb looks at: which of the images 1..20 are placed."""

    placed: int
    points: int = 0

    @property
    def registered(self) -> int:
        return self.placed

    @property
    def rank(self) -> tuple[int, int]:
        return self.placed, self.points


@dataclass
class Made(Material):
    """Material that says what a mapper will make of it."""

    places: Sequence[int] = field(default_factory=tuple)


FRAMES = [Frame(f"{number:05d}.jpg", str(number), number / 2, 64, 48, None, None) for number in range(20)]


def ladder_with(monkeypatch: pytest.MonkeyPatch, budget: float = 8, told: Told | None = None) -> Ladder:
    """A ladder on twenty frames whose mappers place what the material says."""

    def map_images(
        mapper: Mapper, database: Path, images: Path, count: int, params: SolvePosesParams, step: object
    ) -> list[Model]:
        return [Model(int(placed)) for placed in images.name.split("-") if placed]

    monkeypatch.setattr(poses.ladder, "map_images", map_images)
    monkeypatch.setattr(poses.ladder, "keep_only", lambda model, names: model)
    monkeypatch.setattr(poses.ladder, "trusted", lambda model: model)
    capture = Capture(Path("images"), FRAMES, None)
    return Ladder(capture, Path("work"), SolvePosesParams(ladder_budget=budget), told or Told(), Watch())


def rung(*places: int, work: float | None = 1.0, problem: StageError | None = None) -> RungKind:
    """A rung whose mapper makes models of so many images each."""

    def prepare(ladder: Ladder) -> Material:
        if problem:
            raise problem
        return Material(Path("work"), Path("-".join(map(str, places)) or "-"))

    mappers: Callable[[Ladder], Sequence[Mapper]] = lambda _: ("incremental",)  # noqa: E731
    return RungKind("first_try", lambda _: work, prepare, mappers)


def test_what_suffices_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = ladder_with(monkeypatch)
    ladder.climb([rung(19), rung(20)])
    assert [each.outcome for each in ladder.rungs] == ["better"]
    assert ladder.rungs[0].registered == 19


def test_the_largest_model_is_kept_whatever_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = ladder_with(monkeypatch)
    best = ladder.climb([rung(7, 12), rung(5), rung()])
    assert best is not None
    assert best.registered == 12
    assert [each.outcome for each in ladder.rungs] == ["better", "no_better", "no_better"]
    assert ladder.material is not None
    assert ladder.material.images.name == "7-12"


def test_what_hangs_together_by_frames_from_between_alone_is_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ladder = ladder_with(monkeypatch)
    monkeypatch.setattr(poses.ladder, "keep_only", lambda model, names: Model(model.placed - 6, points=1))
    monkeypatch.setattr(
        poses.ladder, "trusted", lambda model: Model(model.placed // 2 if model.points else 20)
    )
    best = ladder.climb([rung(26, work=1)])
    assert best is not None
    assert best.registered == 10


def test_a_rung_beyond_the_budget_is_left_out_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = ladder_with(monkeypatch, budget=2)
    ladder.climb([rung(5, work=10), rung(8, work=15), rung(20, work=6), rung(9, work=5)])
    assert [each.outcome for each in ladder.rungs] == ["better", "better", "over_budget", "better"]


def test_without_a_budget_there_is_one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = ladder_with(monkeypatch, budget=0)
    ladder.climb([rung(5), rung(20)])
    assert [each.outcome for each in ladder.rungs] == ["better", "over_budget"]


def test_a_rung_that_makes_no_sense_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = ladder_with(monkeypatch)
    ladder.climb([rung(5), rung(20, work=None), rung(6)])
    assert [each.registered for each in ladder.rungs] == [5, 6]


def test_a_capture_that_shows_nothing_at_first_may_still_be_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = ladder_with(monkeypatch)
    best = ladder.climb([rung(problem=StageError("too_few_features", "Nothing.", "Light.")), rung(16)])
    assert best is not None
    assert best.registered == 16


def test_where_nothing_helps_the_first_problem_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = ladder_with(monkeypatch)
    first, second = StageError("too_few_features", "Nothing.", "Light."), StageError("no_overlap", "x", "y")
    with pytest.raises(StageError) as caught:
        ladder.climb([rung(problem=first), rung(problem=second)])
    assert caught.value is first


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(0.1, 5)), min_size=1, max_size=8), st.floats(0, 10))
def test_the_best_is_never_lost_and_the_budget_never_exceeded(
    tries: list[tuple[int, float]], budget: float
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        ladder = ladder_with(monkeypatch, budget)
        best = ladder.climb([rung(placed, work=work) for placed, work in tries])
    taken = [
        work for (_, work), each in zip(tries, ladder.rungs, strict=False) if each.outcome != "over_budget"
    ]
    assert best is not None
    assert best.registered == max(each.registered for each in ladder.rungs)
    assert sum(taken[1:]) <= budget * taken[0] + 1e-6


def test_further_tries_say_which_they_are_and_never_go_back(
    monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    ladder = ladder_with(monkeypatch, told=told)
    for share in (0.0, 1.0):
        ladder.step("mapping")(share, "Placed 5 of 20 images")
    for _ in range(3):
        ladder.climb([rung(5)])
        ladder.step("features")(0.5, "Features of image 3 of 20")
    percents = [percent for percent, _ in told.steps]
    assert percents == sorted(percents)
    assert told.steps[-1][1] == "Try 4: features of image 3 of 20"


def test_the_rungs_get_dearer_than_the_first_other_one() -> None:
    assert [each.name for each in RUNGS][:2] == ["first_try", "other_mapper"]
    assert RUNGS[-1].name == "faint_features"


def test_what_is_missing_is_compared_with_everything_nearest_first() -> None:
    capture = Capture(Path("images"), FRAMES[:5], None)
    a, b, c, d, e = capture.names
    assert lacking_pairs(capture, {a, b, d, e}, {(b, c)}) == [(c, d), (a, c), (c, e)]


def test_frames_between_are_compared_with_their_neighbours_in_time() -> None:
    new = [Frame("between_00000250.jpg", "", 0.25, 64, 48, None, None)]
    pairs = pairs_in_time([*FRAMES[:4], *new], new, overlap=1)
    assert pairs == [(FRAMES[0].image, new[0].image), (new[0].image, FRAMES[1].image)]
