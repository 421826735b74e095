"""Installs weights that the owner downloaded, once: exports their mask decoder, checks it, notes what they are.

    python -m encoders.install FOLDER        # config.json and safetensors of SAM 3, SAM 2.1 or SAM 1

Writes FOLDER/decoder.onnx and FOLDER/installed.json (docs/decisions/0023). Exit 1: they can't be used, and why.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image

from diorama.errors import StageError
from encoders.decoder import PromptedDecoder
from encoders.export import export
from encoders.installed import DECODER, INSTALLED, WEIGHTS, Installed, digest
from encoders.kinds import kind_in, unusable
from encoders.models import embedded, load, side_px
from encoders.parity import compare
from encoders.pixels import frame_in, pixels_in


def install(folder: Path) -> Installed:
    """Installs the weights in a folder. Raises `StageError` where they can't be used."""
    kind = kind_in(folder)
    files = sorted(folder.glob(WEIGHTS))
    if not files:
        raise unusable(folder, f"there is no {WEIGHTS} in it")
    model = load(folder, kind, torch.device("cpu"))
    side = side_px(model)
    picture = _picture(side)
    pixels = pixels_in(kind, frame_in(kind, side, *picture.size), picture)
    with torch.inference_mode():
        embedding = embedded(model, torch.from_numpy(pixels))
    embedding = {name: array.clone() for name, array in embedding.items()}
    written = folder / f"{DECODER}.part"
    export(PromptedDecoder(model, side), embedding, written)
    difference = compare(written, model, kind, embedding, side)
    if not difference.is_small:
        written.unlink()
        raise unusable(
            folder,
            f"the exported decoder differs from theirs in {difference.pixels:.2%} of a mask's pixels "
            f"and by {difference.score:.3f} in its score",
        )
    written.replace(folder / DECODER)
    installed = Installed(
        model=kind.name,
        weights=digest(files),
        files={path.name: path.stat().st_size for path in files},
        decoder=digest([folder / DECODER]),
        decoder_bytes=(folder / DECODER).stat().st_size,
        transformers=transformers.__version__,
        pixels_that_differ=difference.pixels,
        score_error=difference.score,
    )
    (folder / INSTALLED).write_text(installed.model_dump_json(indent=2))
    return installed


def _picture(side: int) -> Image.Image:
    """Coarse coloured noise: any picture with something in it serves."""
    noise = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    return Image.fromarray(noise).resize((side, side * 3 // 4), Image.Resampling.BICUBIC)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="encoders.install", description="Install downloaded weights.")
    parser.add_argument("folder", type=Path, help="with config.json and safetensors")
    folder = parser.parse_args(arguments).folder
    try:
        installed = install(folder)
    except StageError as error:
        print(f"{error.message} {error.advice}", file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    print(  # noqa: T201
        f"{installed.model} is installed: its decoder has {installed.decoder_bytes / 1e6:.1f} MB and differs "
        f"in at most {installed.pixels_that_differ:.3%} of a mask's pixels."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
