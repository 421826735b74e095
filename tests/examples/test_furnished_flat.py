"""The example's clip is what it says, its truth is the script's, and its cameras are found again."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bench.camera_errors import compare, rotation_of
from diorama.tours.stages import SampleFramesParams, SolvePosesParams
from examples.furnished_flat import TRUTH, VIDEO
from examples.furnished_flat.baked import Baked, box_of
from examples.furnished_flat.draw import COMPILER, Drawer, Size, in_pixels
from examples.furnished_flat.film import BLURRED_S, the_truth
from examples.furnished_flat.patches import SIDES, box, lathe, rectangle, rod, soft_box
from examples.furnished_flat.walk import DURATION_S, Camera, the_walk

SIZE = Size(160, 90)
LEVEL = np.diag([1.0, -1, -1])
needs_compiler = pytest.mark.skipif(not shutil.which(COMPILER), reason="there is no C compiler here")


def truth() -> Any:
    return json.loads(TRUTH.read_text())


def test_the_clip_is_a_full_hd_walk_of_less_than_a_minute_and_12_mb() -> None:
    assert VIDEO.stat().st_size <= 12e6
    with av.open(str(VIDEO)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height, stream.average_rate) == (1920, 1080, 30)
        times = [
            float(packet.pts * packet.time_base)
            for packet in container.demux(stream)
            if packet.pts is not None
        ]
    assert sorted(times) == pytest.approx([frame["time_s"] for frame in truth()["frames"]], abs=1e-4)
    assert 20 <= len(times) / 30 <= 40


def test_the_committed_truth_is_what_the_script_says() -> None:
    said, known = the_truth(the_walk()), truth()
    frames = said.pop("frames"), known.pop("frames")
    assert said == known
    for ours, theirs in zip(*frames, strict=True):
        assert ours["translation"] == pytest.approx(theirs["translation"], abs=1e-5)
        assert rotation_of(ours["rotation_wxyz"]) == pytest.approx(
            rotation_of(theirs["rotation_wxyz"]), abs=1e-5
        )


def test_the_walk_ends_where_it_began_at_a_pace_and_height_of_a_person() -> None:
    walk, step_s = the_walk(), 1 / 30
    cameras = [walk.at(time_s) for time_s in np.arange(0, DURATION_S + step_s / 2, step_s)]
    places = np.array([camera.position for camera in cameras])
    speeds = np.linalg.norm(np.diff(places, axis=0), axis=1) / step_s
    assert 0.3 < speeds.min() < speeds.max() < 1.5
    assert np.all(np.abs(places[:, 1] - 1.6) < 0.1)
    assert np.linalg.norm(places[-1] - places[0]) < 0.01
    for camera in cameras:
        assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3))
        assert camera.rotation[1, 1] < -0.9
    turns = [np.trace(a.rotation.T @ b.rotation) for a, b in pairwise(cameras)]
    assert np.degrees(np.arccos((min(turns) - 1) / 2)) / step_s < 90


def baked(*patches: Any) -> Baked:
    """Patches of one colour each, next to each other in a strip."""
    strip = np.zeros((64, 64 * len(patches), 3), np.uint8)
    vertices, corners, owners, first = [], [], [], 0
    for index, (patch, colour) in enumerate(patches):
        strip[:, 64 * index : 64 * (index + 1)] = colour
        rows, columns = patch.points.shape[:2]
        middle = np.full((rows * columns, 2), ((index + 0.5) / len(patches), 0.5))
        vertices.append(np.hstack([patch.points.reshape(-1, 3), middle]))
        number = first + np.arange(rows * columns).reshape(rows, columns)
        cells = np.stack([number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]], -1).reshape(
            -1, 4
        )
        corners.append(np.concatenate([cells[:, [0, 1, 2]], cells[:, [0, 2, 3]]]))
        owners.append(np.full(2 * len(cells), index))
        first += rows * columns
    return Baked(
        np.concatenate(vertices).astype(np.float32),
        np.concatenate(corners).astype(np.uint32),
        np.concatenate(owners).astype(np.int32),
        strip,
        np.stack([box_of(patch) for patch, _ in patches]),
    )


def wall(depth_m: float, half_m: float) -> Any:
    """A square that faces +Z, straight before a camera at the origin that looks along -Z."""
    return rectangle(
        (-half_m, half_m, -depth_m), (2 * half_m, 0, 0), (0, -2 * half_m, 0), lambda _: np.zeros(0)
    )


@needs_compiler
def test_a_square_is_drawn_where_the_camera_projects_it_with_smooth_edges() -> None:
    camera = Camera(LEVEL, np.array([0.0, 0, 0]))
    picture = Drawer(baked((wall(2.0, 0.5), (200, 100, 50)))).draw(camera, SIZE)
    half_px = 0.72 * SIZE.width * 0.5 / 2.0
    assert picture[45, 80] == pytest.approx([200, 100, 50], abs=0.01)
    assert picture[..., 0].sum() / 200 == pytest.approx((2 * half_px) ** 2, rel=0.01)
    rows, columns = np.nonzero(picture[..., 0])
    assert (rows.mean(), columns.mean()) == pytest.approx(
        (SIZE.height / 2 - 0.5, SIZE.width / 2 - 0.5), abs=0.3
    )


@needs_compiler
def test_what_is_nearer_hides_what_is_behind_whichever_comes_first() -> None:
    camera = Camera(LEVEL, np.zeros(3))
    near, far = (wall(2.0, 0.4), (0, 200, 0)), (wall(3.0, 2.0), (200, 0, 0))
    for patches in ((near, far), (far, near)):
        picture = Drawer(baked(*patches)).draw(camera, SIZE)
        assert picture[45, 80] == pytest.approx([0, 200, 0], abs=0.01)
        assert picture[10, 10] == pytest.approx([200, 0, 0], abs=0.01)


@needs_compiler
def test_a_floor_that_goes_on_behind_the_camera_covers_all_below_the_horizon() -> None:
    floor = rectangle((-500, -1.6, -500), (1000, 0, 0), (0, 0, 1000), lambda _: np.zeros(0))
    picture = Drawer(baked((floor, (90, 90, 90)))).draw(Camera(LEVEL, np.zeros(3)), SIZE)
    assert picture[47:] == pytest.approx(np.full((43, 160, 3), 90.0), abs=0.01)
    assert picture[:44].max() == 0


def outwards(patch: Any, centre: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """How far each cell's front looks away from the centre."""
    facing = np.cross(np.diff(patch.points, axis=1)[:-1], -np.diff(patch.points, axis=0)[:, :-1])
    return np.einsum("ijk,ijk->ij", facing, patch.points[:-1, :-1] - centre)


@pytest.mark.parametrize(
    "patches",
    [
        box((-1, -1, -1), (1, 1, 1), lambda _: np.zeros(0)),
        soft_box((0, 0, 0), (1, 2, 1.5), lambda _: np.zeros(0)),
        [rod((0, -1, 0), (0.3, 1, 0.2), 0.1, lambda _: np.zeros(0))],
        [lathe((0, -0.5, 0), [(0.01, 1.0), (0.3, 0.9), (0.4, 0.3), (0.2, 0.0)], lambda _: np.zeros(0))],
    ],
    ids=["box", "soft box", "rod", "lathe"],
)
def test_shapes_show_their_fronts_to_the_outside(patches: Any) -> None:
    centre = np.mean([patch.points.mean((0, 1)) for patch in patches], axis=0)
    for patch in patches:
        assert np.all(outwards(patch, centre) > -1e-9)


def test_a_box_leaves_out_the_sides_that_are_named() -> None:
    assert len(box((0, 0, 0), (1, 1, 1), lambda _: np.zeros(0), without="bottom north")) == len(SIDES) - 2


def test_pixels_of_a_point_are_those_of_the_pinhole() -> None:
    camera = Camera(LEVEL, np.array([0.0, 1.0, 0.0]))
    x, y, depth = in_pixels(np.array([0.5, 1.0, -2.0]), camera, SIZE)
    assert (x / depth, y / depth, depth) == pytest.approx((80 + 0.72 * 160 * 0.25, 45, 2.0))


@pytest.mark.slow
def test_the_clips_cameras_are_found_where_they_were_and_blur_is_left_out(tmp_path: Path) -> None:
    import sample_frames
    import solve_poses

    def silent(percent: float, message: str, **metrics: float | int | str) -> None:
        pass

    (tmp_path / "video").mkdir()
    shutil.copy(VIDEO, tmp_path / "video")
    frames = sample_frames.run(tmp_path, tmp_path / "frames", SampleFramesParams(min_duration_s=20), silent)
    assert frames.dropped["blurred"] >= 1
    candidates = json.loads((tmp_path / "frames/metadata.json").read_text())["candidates"]
    kept_s = [candidate["time_s"] for candidate in candidates if candidate["kept"]]
    assert not [time_s for time_s in kept_s if BLURRED_S[0] <= time_s < BLURRED_S[1]]
    poses = solve_poses.run(tmp_path, tmp_path / "poses", SolvePosesParams(), silent)
    assert poses.registered == poses.images == frames.kept
    errors = compare(tmp_path / "poses/cameras.json", TRUTH)
    assert errors.position_share < 0.01
    assert errors.rotation_deg < 0.5
    assert errors.gravity_deg < 1
