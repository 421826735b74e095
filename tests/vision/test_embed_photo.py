"""The stage embed_photo, without weights and with tiny ones."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

import embed_photo
from diorama.catalog import stage_named
from diorama.errors import StageError
from diorama.objects.stages import EmbedPhotoParams
from diorama.run import run
from diorama.stage import Refusal
from encoders.kinds import kind_named
from encoders.models import embedded, load, side_px
from encoders.parity import expected, feed_of, random_prompts
from encoders.pixels import pixels_in
from tests.stages import Told
from tests.vision.photos import pictures
from tests.vision.tiny_models import write_tiny


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


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sam1", "sam2", "sam3"])
def test_with_weights_a_photo_is_embedded_and_the_files_alone_make_masks_as_the_model_does(
    inputs: Path, outputs: Path, told: Told, installed_tiny: Callable[[str], Path], name: str
) -> None:
    (inputs / "photo" / "a.png").write_bytes(pictures.encoded(pictures.halves(150, 100)))
    (inputs / "weights").symlink_to(installed_tiny(name))
    report = embed_photo.run(inputs, outputs, EmbedPhotoParams(), told)
    assert (report.model, report.decoder, len(report.weights)) == (name, "decoder.onnx", 64)
    assert report.decoder_digest == sha256((outputs / report.decoder).read_bytes()).hexdigest()
    assert json.loads((outputs / "embedding.json").read_text())["frame"] == report.frame.model_dump()  # type: ignore[union-attr]

    arrays = {
        array.name: np.fromfile(outputs / array.file, "<f2").reshape(array.shape).astype(np.float32)
        for array in report.arrays
    }
    session = onnxruntime.InferenceSession(outputs / report.decoder, providers=["CPUExecutionProvider"])
    kind = kind_named(report.model)
    model = load(installed_tiny(name) / name, kind, torch.device("cpu"))
    assert report.frame is not None
    pixels = pixels_in(kind, report.frame, pictures.halves(150, 100))
    embedding = embedded(model, torch.from_numpy(pixels))
    mask_px = 4 * arrays["image"].shape[-1]
    for prompt in random_prompts(side_px(model), mask_px, seed=1):
        mask, score = session.run(["mask", "iou"], {**arrays, **feed_of(prompt, kind, mask_px)})
        right = expected(model, embedding, prompt)
        assert min(np.mean((mask[0, 0] > 0) != (other > 0)) for other, _ in right) < 0.02
        assert min(abs(float(score[0, 0]) - other) for _, other in right) < 0.01


def test_weights_that_nobody_installed_are_told(inputs: Path, outputs: Path, told: Told) -> None:
    (inputs / "photo" / "a.png").write_bytes(pictures.encoded(pictures.halves()))
    write_tiny("sam1", inputs / "weights")
    report = embed_photo.run(inputs, outputs, EmbedPhotoParams(), told)
    assert report.model == "diorama"
    assert "encoders.install" in report.warnings[0]
