"""The whole stage on a small generated place."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

import train_splats
from diorama.errors import StageError
from diorama.tours.stages import TrainSplatsParams, TrainSplatsReport
from splats.ply import read_ply
from tests.scene.training.generated import Place, generated_place
from training import checkpoint
from training import train as training_loop

STEPS = 120
PARAMS = TrainSplatsParams(steps=STEPS, max_splats=220)


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
    assert report.psnr > 27
    assert report.ssim > 0.8
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
    assert len(scene) == report.splats
    assert scene.sh_degree == report.sh_degree


def test_no_step_sees_a_held_out_photo(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    step = training_loop.step

    def watched(model: Any, targets: Any, rules: Any) -> float:
        seen.update(view.image for view in targets.views)
        return step(model, targets, rules)

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


@pytest.mark.parametrize("killed_at", [7, 61, 119])
def test_a_killed_run_goes_on_to_exactly_the_same_splats(
    place: Place,
    unbroken: tuple[Path, TrainSplatsReport],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    killed_at: int,
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_STEPS", 5)
    step = training_loop.step

    def deadly(model: Any, targets: Any, rules: Any) -> float:
        if model.step == killed_at:
            raise Kill
        return step(model, targets, rules)

    with monkeypatch.context() as patch:
        patch.setattr(training_loop, "step", deadly)
        with pytest.raises(Kill):
            train(place, tmp_path)
    report = train(place, tmp_path)
    assert report.resumed_at == killed_at - killed_at % 5
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
