"""The stage as a whole: on a generated room with known cameras, on real clips, and on what can't work."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pycolmap
import pytest
from numpy.typing import NDArray

import poses.ladder
import sample_frames
import solve_poses
from bench.camera_errors import compare
from diorama.errors import StageError
from diorama.tours.stages import SampleFramesParams, SolvePosesParams, SolvePosesReport
from examples.textured_room import film_room
from poses.trust import trusted
from splats.cameras import read_cameras
from tests.scene.films import pattern
from tests.stages import Told

LOCAL_LIMITS = SampleFramesParams(min_height_px=480, min_fps=0.5, min_duration_s=0, min_frames=8)
FEW = 1500
"""Features where a test is about something else than the best result."""
AGAIN = 0.005
"""How near the global mapper comes to what it found before, in metres and in entries of a turn's matrix. Most runs
are the same bit for bit; of about a hundred, one differed by 0.2 millimetres, with the same features."""


def frames_of(video: Path, inputs: Path, params: SampleFramesParams = LOCAL_LIMITS) -> Path:
    """An input folder of solve_poses, made by sample_frames from a video or a folder of photos."""
    if video.is_dir():
        shutil.copytree(video, inputs / "video")
    else:
        (inputs / "video").mkdir(parents=True)
        shutil.copy(video, inputs / "video")
    sample_frames.run(inputs, inputs / "frames", params, Told())
    return inputs


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of the generated room, with its truth beside it."""
    video = tmp_path_factory.mktemp("room") / "room.mp4"
    film_room(video, seconds=12, width_px=960, height_px=540, fps=6)
    return video


@pytest.fixture(scope="session")
def room_frames(room: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return frames_of(room, tmp_path_factory.mktemp("room_frames"))


def poses_of(cameras: Path) -> NDArray[np.float64]:
    """world_from_camera (n, 4, 4) of all images, in their order."""
    return np.stack([image.world_from_camera for image in read_cameras(cameras).images])


def solve(inputs: Path, outputs: Path, told: Told, **changes: object) -> SolvePosesReport:
    return solve_poses.run(inputs, outputs, SolvePosesParams.model_validate(changes), told)


@dataclass(frozen=True)
class Solved:
    """What solve_poses made of the generated room, and said on the way."""

    outputs: Path
    report: SolvePosesReport
    told: Told


@pytest.fixture(scope="session")
def solved(room_frames: Path, tmp_path_factory: pytest.TempPathFactory) -> Solved:
    outputs, told = tmp_path_factory.mktemp("room_poses"), Told()
    return Solved(outputs, solve(room_frames, outputs, told), told)


@pytest.mark.slow
def test_the_cameras_of_a_known_room_are_found(room: Path, solved: Solved) -> None:
    errors = compare(solved.outputs / "cameras.json", room.with_suffix(".json"))
    assert solved.report.registered == solved.report.images == errors.compared == 24
    assert solved.report.missing == ()
    assert errors.position_share < 0.01
    assert errors.rotation_deg < 0.5
    assert errors.gravity_deg < 3


@pytest.mark.slow
def test_the_known_room_comes_out_in_metres(room: Path, solved: Solved) -> None:
    assert solved.report.scale_source == "assumed_eye_height_1.6m"
    assert compare(solved.outputs / "cameras.json", room.with_suffix(".json")).scale == pytest.approx(
        1, abs=0.05
    )


@pytest.mark.slow
def test_progress_grows_and_names_what_is_done(solved: Solved) -> None:
    percents = [percent for percent, _ in solved.told.steps]
    assert percents == sorted(percents)
    assert percents[-1] <= 100
    said = {message for _, message in solved.told.steps}
    assert {"Features of image 24 of 24", "Compared pair 276 of 276", "Placed 24 of 24 images"} <= said


@pytest.mark.slow
def test_the_stored_model_is_in_the_frame_of_the_cameras(solved: Solved) -> None:
    assert sorted(path.name for path in solved.outputs.iterdir()) == ["cameras.json", "points.ply", "sparse"]
    model = pycolmap.Reconstruction(solved.outputs / "sparse")
    assert model.num_cameras() == 1
    for entry in json.loads((solved.outputs / "cameras.json").read_text())["images"]:
        image = model.find_image_with_name(entry["image"])
        assert np.allclose(image.projection_center(), entry["world_from_camera"]["translation"], atol=1e-9)
        assert 0.3 < entry["confidence"] <= 1
    heights = np.array([point.xyz[1] for point in model.points3D.values()])
    assert np.mean((heights > -0.1) & (heights < 3)) > 0.97


@pytest.mark.slow
def test_the_same_frames_and_seed_give_the_same_poses(
    room_frames: Path, solved: Solved, tmp_path: Path, told: Told
) -> None:
    solve(room_frames, tmp_path, told)
    assert (tmp_path / "cameras.json").read_bytes() == (solved.outputs / "cameras.json").read_bytes()


@pytest.mark.slow
def test_the_global_mapper_finds_the_same_cameras_and_finds_them_again(
    room: Path, room_frames: Path, tmp_path: Path, told: Told
) -> None:
    report = solve(room_frames, tmp_path / "first", told, mapper="global", max_features=FEW)
    assert report.mapper == "global"
    assert compare(tmp_path / "first" / "cameras.json", room.with_suffix(".json")).position_share < 0.01
    solve(room_frames, tmp_path / "second", told, mapper="global", max_features=FEW)
    first, second = (poses_of(tmp_path / name / "cameras.json") for name in ("first", "second"))
    assert np.allclose(first, second, atol=AGAIN)


@pytest.mark.slow
def test_many_images_are_matched_in_sequence_and_by_likeness(
    room: Path, room_frames: Path, tmp_path: Path, told: Told
) -> None:
    solve(
        room_frames, tmp_path, told, exhaustive_up_to=10, sequential_overlap=3, loop_pairs=3, max_features=FEW
    )
    assert compare(tmp_path / "cameras.json", room.with_suffix(".json")).position_share < 0.01
    compared = max(message for _, message in told.steps if message.startswith("Compared pair"))
    assert int(compared.split()[-1]) < 24 * 23 / 2


@pytest.mark.slow
def test_too_little_overlap_is_refused_and_says_what_to_film_again(
    room_frames: Path, tmp_path: Path, told: Told
) -> None:
    """The second half of the film is replaced by pictures that have nothing to do with each other."""
    shutil.copytree(room_frames / "frames", tmp_path / "in" / "frames")
    random = np.random.default_rng(0)
    for number in range(12, 25):
        chance = cv2.resize(random.integers(0, 255, (54, 96, 3), np.uint8), (960, 540))
        cv2.imwrite(str(tmp_path / "in" / "frames" / "images" / f"{number:05d}.jpg"), chance)
    with pytest.raises(StageError) as caught:
        solve(tmp_path / "in", tmp_path / "out", told, max_features=FEW)
    assert caught.value.stable_code == "too_few_placed"
    assert "of 24 frames" in caught.value.message
    assert "0:05 to 0:11" in caught.value.advice
    assert caught.value.found is not None
    assert any(gap["start_s"] < 6.5 and gap["end_s"] >= 11 for gap in caught.value.found["missing"])
    assert caught.value.found["rungs"][0]["name"] == "first_try"
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.slow
def test_poses_of_which_none_can_be_trusted_are_refused_whatever_share_would_do(
    room_frames: Path, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poses.ladder, "trusted", lambda mapped: trusted(mapped, least_shared=10**6))
    with pytest.raises(StageError) as caught:
        solve(room_frames, tmp_path, told, max_features=FEW, ladder_budget=0, refuse_below=0)
    assert caught.value.stable_code == "too_few_placed"
    assert "Only 0 of 24 frames" in caught.value.message


def plain_frames(folder: Path, count: int, picture: np.ndarray) -> Path:
    """Frames as sample_frames leaves them, all showing the same."""
    images = folder / "frames" / "images"
    images.mkdir(parents=True)
    candidates = []
    for number in range(1, count + 1):
        cv2.imwrite(str(images / f"{number:05d}.jpg"), picture)
        candidates.append(
            {
                "image": f"{number:05d}.jpg",
                "name": f"{number} s",
                "time_s": float(number),
                "kept": True,
                "width_px": picture.shape[1],
                "height_px": picture.shape[0],
                "focal_35mm_mm": None,
                "camera": None,
            }
        )
    (folder / "frames" / "metadata.json").write_text(json.dumps({"candidates": candidates}))
    return folder


def test_a_white_wall_is_refused(tmp_path: Path, told: Told) -> None:
    wall = np.random.default_rng(0).integers(230, 236, (240, 320, 3), np.uint8)
    with pytest.raises(StageError) as caught:
        solve(plain_frames(tmp_path / "in", 8, cv2.GaussianBlur(wall, (0, 0), 3)), tmp_path / "out", told)
    assert caught.value.stable_code == "too_few_features"
    assert "pattern" in caught.value.advice
    assert caught.value.found is not None
    assert [rung["name"] for rung in caught.value.found["rungs"]] == ["first_try", "faint_features"]
    assert list((tmp_path / "out").iterdir()) == []


def test_a_camera_that_never_moves_is_refused(tmp_path: Path, told: Told) -> None:
    with pytest.raises(StageError) as caught:
        solve(plain_frames(tmp_path / "in", 5, pattern()), tmp_path / "out", told)
    assert caught.value.stable_code in ("too_few_placed", "no_overlap")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_without_frames_is_refused(tmp_path: Path, told: Told) -> None:
    with pytest.raises(StageError) as caught:
        solve(tmp_path / "in", tmp_path / "out", told)
    assert caught.value.stable_code == "no_frames"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "images"), [("redkitchen.mp4", 29), ("Family.mp4", 29), ("fox", 50)])
def test_all_but_one_frame_of_real_clips_are_placed(
    tours_data: Path, tmp_path: Path, told: Told, name: str, images: int
) -> None:
    inputs = frames_of(tours_data / name, tmp_path / "in")
    report = solve(inputs, tmp_path / "out", told)
    assert report.images == images
    assert report.registered >= images - 1
    assert report.reprojection_error_px < 1.5
