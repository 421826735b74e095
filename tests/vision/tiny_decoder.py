"""What `embed_photo` writes with weights, for tests of the page: of a small picture, with tiny random weights.

    python -m tests.vision.tiny_decoder FOLDER [--model sam2]

Writes FOLDER/photo.jpg, embedding.json, the arrays, decoder.onnx, and answers.json: prompts in pixels of photo.jpg,
each with the decoder's own answer to it as onnxruntime gives it here:

    {"prompts": [{"clicks": [{"x", "y", "adds"}], "box": {"left", "top", "right", "bottom"} or null,
                  "iou": 0.5, "mask": [16 x 16 logits, row by row]}]}
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

import embed_photo
from diorama.objects.stages import EmbedPhotoParams, EmbedPhotoReport
from diorama.run import print_progress
from encoders.install import install
from encoders.kinds import kind_named
from encoders.parity import Prompt, feed_of
from tests.vision.tiny_models import TINY, write_tiny

WIDTH_PX, HEIGHT_PX = 120, 80
CLICKS = (
    [{"x": 60.5, "y": 40.5, "adds": True}],
    [{"x": 60.5, "y": 40.5, "adds": True}, {"x": 10.5, "y": 70.5, "adds": False}],
)
BOX = {"left": 20.0, "top": 10.0, "right": 100.0, "bottom": 72.0}


def write_example(folder: Path, model: str = "sam2") -> None:
    """Writes all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        inputs = Path(scratch)
        (inputs / "photo").mkdir()
        _picture().save(inputs / "photo" / "photo.png")
        install(write_tiny(model, inputs / "weights" / model))
        report = embed_photo.run(inputs, folder, EmbedPhotoParams(min_source_side_px=16), print_progress)
    prompts = [(list(clicks), box) for clicks in CLICKS for box in (None, BOX)] + [([], BOX)]
    answers = [_answered(folder, report, clicks, box) for clicks, box in prompts]
    (folder / "answers.json").write_text(json.dumps({"prompts": answers}, indent=1))


def _picture() -> Image.Image:
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (30, 120, 60))
    picture.paste((220, 190, 40), (30, 20, 90, 64))
    return picture


def _answered(
    folder: Path, report: EmbedPhotoReport, clicks: list[dict[str, Any]], box: dict[str, float] | None
) -> dict[str, Any]:
    assert report.frame is not None
    scale = np.array([report.frame.width_px / report.width_px, report.frame.height_px / report.height_px])
    points = np.array([[click["x"], click["y"]] for click in clicks]).reshape(-1, 2) * scale
    corners = None
    if box is not None:
        corners = (np.array(list(box.values())).reshape(2, 2) * scale).astype(np.float32)
    labels = np.array([int(click["adds"]) for click in clicks], np.int32)
    prompt = Prompt(points.astype(np.float32), labels, corners)
    arrays = {array.name: _array(folder / array.file, array.shape) for array in report.arrays}
    mask_px = 4 * arrays["image"].shape[-1]
    session = onnxruntime.InferenceSession(folder / report.decoder, providers=["CPUExecutionProvider"])
    feed = {**arrays, **feed_of(prompt, kind_named(report.model), mask_px)}
    mask, iou = session.run(["mask", "iou"], feed)
    return {"clicks": clicks, "box": box, "iou": float(iou[0, 0]), "mask": mask.round(4).ravel().tolist()}


def _array(path: Path, shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.fromfile(path, "<f2").reshape(shape).astype(np.float32)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", choices=sorted(TINY), default="sam2")
    asked = parser.parse_args(arguments)
    write_example(asked.folder, asked.model)


if __name__ == "__main__":
    main()
