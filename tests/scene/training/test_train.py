"""The whole stage on a small generated place."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

import train_splats
from diorama.errors import StageError
from diorama.tours.stages import TrainSplatsParams, TrainSplatsReport
from splats.ply import read_ply
from tests.scene.training.generated import Place, generated_place
from tests.scene.views.lpips_weights import weights
from training import checkpoint, course
from training import train as training_loop
from training.backdrop import read_backdrop

STEPS, MAX_SPLATS = 300, 600
WELL_DB = 17.5
PARAMS = TrainSplatsParams(steps=STEPS, max_splats=MAX_SPLATS)


class Kill(BaseException):
    """Ends a run from outside, as a power cut would: nothing gets to clean up."""


def silent(percent: float, message: str, **metrics: float | int | str) -> None:
    pass


def train(place: Place, outputs: Path, params: TrainSplatsParams = PARAMS) -> TrainSplatsReport:
    return train_splats.run(place.inputs, outputs, params, silent)


@pytest.fixture(scope="module")
def unbroken(place: Place, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainSplatsReport]:
    outputs = tmp_path_factory.mktemp("unbroken")
    return outputs, train(place, outputs)


def test_held_out_photos_are_matched(unbroken: tuple[Path, TrainSplatsReport]) -> None:
    _, report = unbroken
    assert report.psnr > WELL_DB
    assert report.ssim > 0.5
    assert report.steps == STEPS


def test_what_is_written_says_the_same_as_the_report(unbroken: tuple[Path, TrainSplatsReport]) -> None:
    outputs, report = unbroken
    quality = json.loads((outputs / "quality.json").read_text())
    assert quality["psnr"] == report.psnr
    assert quality["held_out"] == ["00001.png", "00009.png"] == [each["image"] for each in quality["images"]]
    assert quality["curve"][-1][0] == STEPS
    assert [step for step, _, _ in quality["curve"]] == sorted(step for step, _, _ in quality["curve"])
    assert sorted(path.name for path in (outputs / "renders").iterdir()) == ["00001.jpg", "00009.jpg"]
    scene = read_ply(outputs / "splats.ply")
    shell = read_backdrop(outputs, scene)
    assert len(scene) + len(shell) == report.splats
    assert len(shell) > 0
    assert scene.sh_degree == report.sh_degree


def test_no_step_sees_a_held_out_photo(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    step = training_loop.step

    def watched(model: Any, targets: Any, rules: Any, share: float) -> float:
        seen.update(view.image for view in targets.views)
        return step(model, targets, rules, share)

    monkeypatch.setattr(training_loop, "step", watched)
    report = train(place, tmp_path, TrainSplatsParams(steps=3))
    assert len(seen) == report.training_views == 10
    assert not seen & {"00001.png", "00009.png"}


def test_other_held_out_photos_change_nothing_in_the_splats(tmp_path: Path) -> None:
    honest = generated_place(tmp_path / "honest", photos=10, splats=110)
    other = generated_place(tmp_path / "other", photos=10, splats=110)
    for name in ("00001.png", "00009.png"):
        (other.inputs / "frames/images" / name).write_bytes(
            (other.inputs / "frames/images/00002.png").read_bytes()
        )
    params = TrainSplatsParams(steps=25)
    first, second = train(honest, tmp_path / "a", params), train(other, tmp_path / "b", params)
    assert first.psnr != second.psnr
    assert (tmp_path / "a/splats.ply").read_bytes() == (tmp_path / "b/splats.ply").read_bytes()


@pytest.mark.parametrize("killed_at", [7, 61, 299])
def test_a_killed_run_goes_on_to_exactly_the_same_splats(
    place: Place,
    unbroken: tuple[Path, TrainSplatsReport],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    killed_at: int,
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_STEPS", 5)
    step = training_loop.step

    def deadly(model: Any, targets: Any, rules: Any, share: float) -> float:
        if model.step == killed_at:
            raise Kill
        return step(model, targets, rules, share)

    with monkeypatch.context() as patch:
        patch.setattr(training_loop, "step", deadly)
        with pytest.raises(Kill):
            train(place, tmp_path)
    report = train(place, tmp_path)
    assert report.resumed_at == (killed_at - killed_at % 10 or None)
    assert (tmp_path / "splats.ply").read_bytes() == (unbroken[0] / "splats.ply").read_bytes()


def test_seconds_spent_before_a_kill_count(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_STEPS", 1)
    train(place, tmp_path, TrainSplatsParams(steps=10))
    spent_s = 100.0
    document = torch.load(tmp_path / "checkpoint" / checkpoint.NAME, weights_only=True)
    torch.save(document | {"training_s": spent_s}, tmp_path / "checkpoint" / checkpoint.NAME)
    report = train(place, tmp_path, TrainSplatsParams(steps=11))
    assert report.resumed_at == 10
    assert spent_s <= report.training_s < spent_s + 10


def test_a_run_by_the_clock_ends_when_its_seconds_are_spent(place: Place, tmp_path: Path) -> None:
    report = train(place, tmp_path, TrainSplatsParams(training_s=1.0))
    assert 1.0 <= report.training_s < 1.5


def test_a_checkpoint_of_another_run_is_no_beginning(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_STEPS", 1)
    train(place, tmp_path, TrainSplatsParams(steps=3))
    assert train(place, tmp_path, TrainSplatsParams(steps=3, seed=1)).resumed_at is None


def test_a_damaged_checkpoint_means_a_fresh_start(place: Place, tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    (tmp_path / "checkpoint" / checkpoint.NAME).write_bytes(b"half a file")
    report = train(place, tmp_path, TrainSplatsParams(steps=3))
    assert report.resumed_at is None
    assert report.steps == 3


def spoilt(monkeypatch: pytest.MonkeyPatch, at: set[int]) -> None:
    """Before the steps `at`, counted over all tries, a splat stops being a number."""
    step, tries = training_loop.step, iter(range(10**6))

    def spoiling(model: Any, targets: Any, rules: Any, share: float) -> float:
        if next(tries) in at:
            with torch.no_grad():
                model.splats["means"][:] = torch.nan
        return step(model, targets, rules, share)

    monkeypatch.setattr(training_loop, "step", spoiling)


def test_a_run_that_goes_wrong_goes_back_and_on_more_carefully(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_STEPS", 20)
    spoilt(monkeypatch, {47, 80})
    report = train(place, tmp_path)
    assert report.rollbacks == 2
    assert report.steps == STEPS
    assert report.psnr > WELL_DB - 3
    document = torch.load(tmp_path / "checkpoint" / checkpoint.NAME, weights_only=True)
    assert document["caution"] == training_loop.CAUTION**2


def test_a_run_that_goes_wrong_again_and_again_is_refused(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(monkeypatch, set(range(30, 10**4)))
    with pytest.raises(StageError) as refused:
        train(place, tmp_path)
    assert refused.value.stable_code == "diverged"


@pytest.mark.parametrize("error", [MemoryError("no room"), torch.OutOfMemoryError("CUDA out of memory")])
def test_when_memory_runs_out_training_goes_on_with_fewer_splats(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    step, failed = training_loop.step, []

    def greedy(model: Any, targets: Any, rules: Any, share: float) -> float:
        if model.step == 100 and not failed:
            failed.append(model.count)
            raise error
        return step(model, targets, rules, share)

    monkeypatch.setattr(training_loop, "step", greedy)
    report = train(place, tmp_path)
    assert report.outcome == "reduced"
    assert report.steps == STEPS
    assert len(read_ply(tmp_path / "splats.ply")) == int(0.7 * failed[0])


def test_a_bug_is_not_taken_for_a_lack_of_memory(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> float:
        raise RuntimeError("shapes don't match")

    monkeypatch.setattr(training_loop, "step", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        train(place, tmp_path)


def test_a_plan_that_does_not_fit_is_made_smaller_before_the_start(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_splats, "free_bytes", lambda _: 3_000_000)
    report = train(place, tmp_path, TrainSplatsParams(steps=5, max_splats=60_000))
    assert report.outcome == "reduced"
    assert report.splats < 3_000


def test_when_photos_have_nothing_more_to_teach_the_end_begins(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "PLATEAU_DB", 100.0)
    monkeypatch.setattr(course, "MIN_ROUNDS", 1)
    report = train(place, tmp_path)
    assert report.stopped_early
    assert STEPS * 0.75 < report.steps < STEPS * 0.9


def test_where_the_owner_gives_weights_lpips_is_told(tmp_path: Path) -> None:
    place = generated_place(tmp_path / "place", photos=9)
    (place.inputs / "weights").mkdir()
    torch.save(weights(), place.inputs / "weights" / "lpips_alex.pt")
    train(place, tmp_path / "out", TrainSplatsParams(steps=3))
    quality = json.loads((tmp_path / "out/quality.json").read_text())
    assert 0 < quality["lpips"] < 10
    assert len(quality["images"]) == 2
    assert all(row["lpips"] > 0 for row in quality["images"])


def test_splitting_and_cloning_works_as_well(place: Place, tmp_path: Path) -> None:
    params = PARAMS.model_copy(update={"strategy": "default"})
    report = train(place, tmp_path, params)
    assert report.psnr > WELL_DB - 1
    assert report.splats <= MAX_SPLATS


@pytest.mark.slow
def test_photos_taken_with_other_exposures_are_evened_out(tmp_path: Path) -> None:
    place = generated_place(tmp_path / "place")
    for index, name in enumerate(sorted((place.inputs / "frames/images").iterdir())):
        if index % 8:
            photo = cv2.imread(str(name))
            cv2.imwrite(str(name), np.clip(photo * (0.75 if index % 2 else 1.25), 0, 255).astype(np.uint8))
    params = PARAMS.model_copy(update={"steps": 800})
    plain = train(place, tmp_path / "plain", params)
    learnt = train(place, tmp_path / "learnt", params.model_copy(update={"exposure": True}))
    assert learnt.psnr > plain.psnr + 2


def test_progress_only_goes_forward_and_tells_what_matters(place: Place, tmp_path: Path) -> None:
    lines: list[tuple[float, dict[str, Any]]] = []
    train_splats.run(
        place.inputs,
        tmp_path,
        TrainSplatsParams(steps=20),
        lambda percent, message, **metrics: lines.append((percent, metrics)),
    )
    percents = [percent for percent, _ in lines]
    assert percents == sorted(percents)
    assert 0 <= percents[0] <= percents[-1] <= 100
    told = [metrics for _, metrics in lines if metrics]
    assert set(told[0]) == {"step", "splats", "psnr", "seconds_left"}


def test_too_few_placed_photos_are_refused(tmp_path: Path) -> None:
    place = generated_place(tmp_path / "place", photos=3, splats=110)
    with pytest.raises(StageError) as refused:
        train(place, tmp_path / "out")
    assert refused.value.stable_code == "too_few_views"


def test_too_few_points_are_refused(tmp_path: Path) -> None:
    place = generated_place(tmp_path / "place", photos=5, splats=30)
    with pytest.raises(StageError) as refused:
        train(place, tmp_path / "out")
    assert refused.value.stable_code == "too_few_points"
