"""What `embed_photo` and the decoders of its models cost.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision:. python -m bench.vision [--keep FOLDER] [--json]

A generated JPEG of 12 megapixels goes through the stage as a machine runs it, start included: without weights, and with
SAM 2.1 (its smallest encoder) in its true size, whose weights are random: time and size are the same, masks are noise.
Then its exported decoder answers clicks in onnxruntime, on one thread and on two. --keep leaves weights and embedding
in FOLDER, for measuring the decoder in a browser.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime
import torch
from PIL import Image
from transformers import Sam2Config, Sam2Model

from diorama.objects.stages import EmbedPhotoReport
from encoders.install import install
from encoders.installed import Installed
from encoders.kinds import kind_named
from encoders.parity import Prompt, feed_of

WIDTH_PX, HEIGHT_PX = 4000, 3000
CLICKS = 50
ROOT = Path(__file__).parents[1]


def measure(folder: Path) -> dict[str, Any]:
    """The document that is printed."""
    photo = _photo(folder / "default" / "in" / "photo")
    default = _embed(folder / "default" / "in", folder / "default" / "out")
    (folder / "sam2" / "in" / "photo").mkdir(parents=True)
    os.link(photo, folder / "sam2" / "in" / "photo" / photo.name)
    began = time.monotonic()
    installed = _install(folder / "sam2" / "in" / "weights" / "sam2")
    install_s = time.monotonic() - began
    with_sam2 = _embed(folder / "sam2" / "in", folder / "sam2" / "out")
    return {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "photo_bytes": photo.stat().st_size,
        "default": default,
        "sam2": {
            **with_sam2,
            "install_s": round(install_s, 1),
            "decoder_bytes": installed.decoder_bytes,
            "embedding_bytes": sum(path.stat().st_size for path in (folder / "sam2" / "out").glob("*.f16")),
            "pixels_that_differ": installed.pixels_that_differ,
            "score_error": installed.score_error,
            "ms_per_click": {threads: decode_ms(folder / "sam2" / "out", threads) for threads in (1, 2)},
        },
    }


def _photo(folder: Path) -> Path:
    """Coarse noise with finer noise on it, about as hard to decode as a photo."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 256, (30, 40, 3), np.uint8)).resize((WIDTH_PX, HEIGHT_PX))
    grain = random.integers(-12, 13, (HEIGHT_PX, WIDTH_PX, 1), np.int16)
    pixels = np.clip(np.asarray(coarse, np.int16) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "photo.jpg", quality=85)
    return folder / "photo.jpg"


def _install(folder: Path) -> Installed:
    torch.manual_seed(0)
    Sam2Model(Sam2Config()).save_pretrained(folder)
    return install(folder)


def _embed(inputs: Path, outputs: Path) -> dict[str, Any]:
    """Wall and processor seconds of the stage's program, and what it says of its steps."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [
        sys.executable,
        "-m",
        "diorama.run",
        "embed_photo",
        "--inputs",
        str(inputs),
        "--outputs",
        str(outputs),
    ]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    report = EmbedPhotoReport.model_validate_json((outputs / "report.json").read_bytes())
    return {
        "model": report.model,
        "wall_s": round(seconds, 2),
        "processor_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "steps_s": report.seconds,
        "output_bytes": report.bytes,
    }


def decode_ms(embedding: Path, threads: int) -> dict[str, float]:
    """Milliseconds an answer to one to ten clicks, over `CLICKS` answers, the session being warm."""
    report = EmbedPhotoReport.model_validate_json((embedding / "report.json").read_bytes())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        embedding / report.decoder, options, providers=["CPUExecutionProvider"]
    )
    arrays = {
        array.name: np.fromfile(embedding / array.file, "<f2").reshape(array.shape).astype(np.float32)
        for array in report.arrays
    }
    assert report.frame is not None
    random, times = np.random.default_rng(0), []
    for n in range(CLICKS + 3):
        points = random.uniform(0, report.frame.side_px, (1 + n % 10, 2)).astype(np.float32)
        prompt = Prompt(points, np.ones(len(points), np.int32))
        feed = {**arrays, **feed_of(prompt, kind_named(report.model), 4 * arrays["image"].shape[-1])}
        began = time.perf_counter()
        session.run(["mask", "iou"], feed)
        times.append(1000 * (time.perf_counter() - began))
    return {
        "median": round(float(np.median(times[3:])), 1),
        "p95": round(float(np.percentile(times[3:], 95)), 1),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="an empty folder for weights and embedding"
    )
    parser.add_argument("--json", action="store_true", help="print the document on one line")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory() as scratch:
        document = measure(asked.keep or Path(scratch))
    print(json.dumps(document, indent=None if asked.json else 2))


if __name__ == "__main__":
    main()
