"""What people upload by mistake, all the way: a code, a sentence, an advice, and nothing left behind."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journey.running_studio import RunningStudio, wait_for
from tests.journey.test_survival import rows_left
from tests.scene.films import film, pattern, sound_only

pytestmark = pytest.mark.slow


def three_frames(path: Path) -> None:
    film(path, [pattern(index, 640, 480) for index in range(3)])


def broken_off(path: Path) -> None:
    film(path, [pattern(index, 640, 480) for index in range(60)])
    path.write_bytes(path.read_bytes()[:3000])


def zip_that_climbs_out(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("../../escaped.jpg", b"x")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "sound.mp4": (sound_only, "video/mp4"),
    "three.mp4": (three_frames, "video/mp4"),
    "broken.mp4": (broken_off, "video/mp4"),
    "climbs.zip": (zip_that_climbs_out, "application/zip"),
}


def test_what_can_not_be_used_is_refused_with_advice_and_leaves_nothing_behind(
    studio: RunningStudio, tmp_path: Path
) -> None:
    project = studio.project()
    for name, (make, media_type) in BAD.items():
        path = tmp_path / name
        make(path)
        job = studio.ended(studio.start_tour(project, studio.upload(project, path, media_type)), within_s=60)
        assert job["status"] == "refused", (name, job)
        assert all(job["problem"][part] for part in ("code", "message", "advice")), name
    wait_for(lambda: not rows_left(studio.folder), within_s=5)
    assert not list((studio.folder / "work").glob("*"))
    kept = [path.name for path in (studio.folder / "store").rglob("*") if path.is_file()]
    assert {name for name in kept if not name.endswith((".mp4", ".zip", ".json"))} == {"log.txt"}
    assert not list(studio.folder.parent.rglob("escaped.jpg"))
