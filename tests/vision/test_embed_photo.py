"""The stage embed_photo where no weights are installed."""

import json
from pathlib import Path

import pytest
from PIL import Image

import embed_photo
from diorama.catalog import stage_named
from diorama.errors import StageError
from diorama.objects.stages import EmbedPhotoParams
from diorama.run import run
from diorama.stage import Refusal
from tests.vision.conftest import Told
from tests.vision.photos import pictures


def test_without_weights_there_is_the_photo_and_what_it_is(inputs: Path, outputs: Path, told: Told) -> None:
    (inputs / "photo" / "IMG_1.jpg").write_bytes(pictures.turned(6))
    report = embed_photo.run(inputs, outputs, EmbedPhotoParams(), told)
    assert (report.model, report.arrays, report.decoder) == ("diorama", (), "")
    assert (
        (report.width_px, report.height_px) == (report.source_width_px, report.source_height_px) == (80, 120)
    )
    assert sorted(path.name for path in outputs.iterdir()) == ["embedding.json", "photo.jpg"]
    assert report.bytes == sum(path.stat().st_size for path in outputs.iterdir())
    document = json.loads((outputs / "embedding.json").read_text())
    assert document["model"] == "diorama"
    assert (document["width_px"], document["height_px"]) == (80, 120)
    assert "seconds" not in document
    assert told.steps[-1][0] == 100


def test_the_written_photo_is_upright_and_says_nothing_of_its_maker(
    inputs: Path, outputs: Path, told: Told
) -> None:
    (inputs / "photo" / "IMG_1.jpg").write_bytes(pictures.turned(6))
    embed_photo.run(inputs, outputs, EmbedPhotoParams(), told)
    with Image.open(outputs / "photo.jpg") as written:
        assert (written.format, written.mode, written.size) == ("JPEG", "RGB", (80, 120))
        assert not written.getexif()
        assert "icc_profile" not in written.info
        assert written.layer[1][1:3] == written.layer[0][1:3]  # type: ignore[attr-defined]  # 4:4:4


@pytest.mark.parametrize(("names", "code"), [((), "no_photo"), (("a.png", "b.png"), "several_photos")])
def test_one_photo_is_needed(
    inputs: Path, outputs: Path, told: Told, names: tuple[str, ...], code: str
) -> None:
    for name in names:
        (inputs / "photo" / name).write_bytes(pictures.encoded(pictures.halves()))
    (inputs / "photo" / ".DS_Store").write_bytes(b"litter")
    with pytest.raises(StageError) as caught:
        embed_photo.run(inputs, outputs, EmbedPhotoParams(), told)
    assert caught.value.stable_code == code


def test_a_refused_photo_is_a_result(inputs: Path, outputs: Path) -> None:
    (inputs / "photo" / "empty.jpg").write_bytes(b"")
    report = run(stage_named("embed_photo"), inputs, outputs, {})
    assert isinstance(report, Refusal)
    assert report.code == "empty_photo"
    assert [path.name for path in outputs.iterdir()] == ["report.json"]


def test_after_memory_ran_out_the_photo_is_made_smaller() -> None:
    smaller = EmbedPhotoParams().smaller()
    assert smaller is not None
    assert smaller.max_side_px == 1433
