"""The rules by which candidates are kept, for any candidates."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.tours.stages import SampleFramesParams
from frames.candidates import Candidate
from frames.scores import Scores
from frames.selection import Verdict, choose


def scores(sharpness: float = 100.0, number: int = 0, **changes: float) -> Scores:
    usual = {"motion_blur": 0.2, "brightness": 0.5, "contrast": 0.2, "clipped": 0.01, **changes}
    return Scores(sharpness=sharpness, hash=f"{number % 7:016x}", fingerprint=str(number), **usual)


def walk(sharpness: list[float], shifts: list[float] | None = None, step_s: float = 0.5) -> list[Candidate]:
    shifts = shifts or [0.1] * len(sharpness)
    return [
        Candidate(f"{index}", index * step_s, scores(value, index), shift)
        for index, (value, shift) in enumerate(zip(sharpness, shifts, strict=True))
    ]


def kept_times(candidates: list[Candidate], verdicts: list[Verdict]) -> list[float]:
    return [c.time_s for c, v in zip(candidates, verdicts, strict=True) if v.kept and c.time_s is not None]


@st.composite
def any_candidates(draw: st.DrawFn) -> list[Candidate]:
    """Up to 150 candidates of every kind; one random seed draws them all, which is far quicker to make."""
    random = Random(draw(st.integers(0, 2**32)))
    time_s = 0.0
    candidates = []
    for index in range(draw(st.integers(1, 150))):
        time_s += random.choice([0.1, 0.5, 0.5, 0.5, 1.0, 4.0])
        number = index if random.random() < 0.9 else max(0, index - 1)
        sharpness, contrast = random.choice([2.0, 30.0, 100.0, 130.0]), random.choice([0.001, 0.2, 0.3])
        found = scores(sharpness, number, contrast=contrast) if random.random() < 0.95 else None
        candidates.append(Candidate(str(index), time_s, found, random.choice([0.0, 0.02, 0.3])))
    return candidates


limits = st.builds(
    SampleFramesParams,
    max_frames=st.integers(2, 200),
    max_gap_s=st.sampled_from([0.5, 2.0, 5.0]),
    keep_all_below=st.sampled_from([0, 60]),
)


@given(any_candidates(), limits)
def test_never_more_than_the_limit_and_never_one_that_is_not_there(
    candidates: list[Candidate], params: SampleFramesParams
) -> None:
    verdicts = choose(candidates, params)
    assert len(verdicts) == len(candidates)
    assert sum(verdict.kept for verdict in verdicts) <= params.max_frames


@given(any_candidates(), limits)
def test_what_is_kept_is_readable_and_there_once(
    candidates: list[Candidate], params: SampleFramesParams
) -> None:
    kept = [c for c, v in zip(candidates, choose(candidates, params), strict=True) if v.kept]
    prints = [candidate.scores.fingerprint for candidate in kept if candidate.scores]
    assert len(prints) == len(kept) == len(set(prints))


@given(any_candidates(), st.sampled_from([0.5, 2.0, 5.0]))
def test_a_gap_is_left_only_where_no_sharp_frame_would_close_it(
    candidates: list[Candidate], max_gap_s: float
) -> None:
    verdicts = choose(candidates, SampleFramesParams(max_gap_s=max_gap_s, keep_all_below=0))
    kept = [index for index, verdict in enumerate(verdicts) if verdict.kept]
    for before, after in pairwise(kept):
        gap_s = (candidates[after].time_s or 0) - (candidates[before].time_s or 0)
        between = {verdicts[index].reason for index in range(before + 1, after)}
        assert gap_s <= max_gap_s + 1e-6 or not between & {"near_copy", "beside_a_better_one"}


@given(any_candidates())
def test_under_sixty_only_unreadable_ones_and_exact_copies_go(candidates: list[Candidate]) -> None:
    reasons = {verdict.reason for verdict in choose(candidates[:59], SampleFramesParams())}
    assert reasons <= {None, "unreadable", "exact_copy"}


def test_the_sharper_of_two_that_show_the_same_is_kept() -> None:
    sharpness = [100.0, 140.0] * 40
    verdicts = choose(walk(sharpness, [0.01] * 80), SampleFramesParams())
    assert [verdict.kept for verdict in verdicts[:6]] == [False, True] * 3


def test_a_fast_turn_keeps_every_sharp_frame() -> None:
    candidates = walk([100.0] * 80, [0.2] * 80)
    assert all(verdict.kept for verdict in choose(candidates, SampleFramesParams()))


def test_standing_still_keeps_one_frame_in_each_gap() -> None:
    candidates = walk([100.0] * 120, [0.001] * 120)
    params = SampleFramesParams(max_gap_s=4)
    times = kept_times(candidates, choose(candidates, params))
    assert len(times) < 40
    assert max(after - before for before, after in pairwise(times)) <= 4


def test_a_blurred_frame_goes_where_its_neighbours_are_sharp() -> None:
    sharpness = [100.0] * 80
    sharpness[40] = 20.0
    verdicts = choose(walk(sharpness), SampleFramesParams())
    assert [index for index, verdict in enumerate(verdicts) if not verdict.kept] == [40]
    assert verdicts[40].reason == "blurred"


def test_blurred_frames_stay_where_a_fast_turn_would_tear_the_overlap() -> None:
    sharpness, shifts = [100.0] * 80, [0.1] * 80
    sharpness[40:43], shifts[40:44] = [20.0] * 3, [0.4] * 4
    verdicts = choose(walk(sharpness, shifts), SampleFramesParams())
    assert all(verdict.kept for verdict in verdicts)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"brightness": 0.01}, "dark"), ({"clipped": 0.9}, "burnt_out"), ({"contrast": 0.005}, "no_contrast")],
)
def test_frames_that_show_nothing_go(changes: dict[str, float], reason: str) -> None:
    candidates = walk([100.0] * 80)
    candidates[7].scores = scores(100.0, 7, **changes)
    assert choose(candidates, SampleFramesParams())[7].reason == reason
