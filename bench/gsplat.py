"""One trainer, two rasterisers: ours on the CPU beside gsplat on a CUDA GPU, and our trainer beside gsplat's own.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/scene:. python -m bench.gsplat \
        --scene ../shared/data/tours/fox [--example .../gsplat/examples/simple_trainer.py] [--steps 7000] [--json]

Needs a CUDA GPU and gsplat (1.5.3), and says so where there is none. Three parts:

- parity: pictures and gradients of the same splats by both rasterisers, in all modes; errors are relative to the
  largest value of a picture, and to the length of a gradient.
- ours: `train_splats` on the scene at its full size for so many steps; seconds and peak GPU memory of training.
- example: the same photos, undistorted by COLMAP, and steps for `simple_trainer.py mcmc` of gsplat's repository at the
  tag of the version used, run by --python (its requirements include a pycolmap that isn't ours, so it wants an
  environment of its own). Left out, and said so, without --example. Both hold out every eighth photo.
"""

import argparse
import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pycolmap
import torch
from torch import Tensor

from bench.generated import FOCAL_PX, HEIGHT_PX, WIDTH_PX, room
from bench.train import measure, prepare
from diorama.tours.stages import TrainSplatsParams
from splats.cameras import Pinhole, View, intrinsics, look_at, viewmats
from splats.rasterize import RasterizeMode, RenderMode, rasterize

PARITY_SPLATS, SH_DEGREE = 20_000, 3
PARITY_EYES_M = ((1.5, 1.6, 1.2), (6.4, 1.5, 4.8))
LOOKED_AT_M = (4.0, 1.0, 3.0)
"""In the generated room, which is 8 by 2.8 by 6 metres."""
LEAVES = ("means", "quats", "scales", "opacities", "colors", "viewmats")
BYTES_A_GB = 1e9
GIB_IN_GB = 2**30 / BYTES_A_GB


def missing() -> list[str]:
    """What this machine lacks for it."""
    lacks = [] if torch.cuda.is_available() else ["a CUDA GPU that torch can use"]
    if not _version("gsplat"):
        lacks.append("gsplat 1.5.3")
    return lacks


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def parity(device: torch.device) -> list[dict[str, Any]]:
    """How far the rasteriser of this device is from the one of the CPU, by mode."""
    modes = product(get_args(RasterizeMode), get_args(RenderMode), (False, True))
    return [_compared(device, mode, render_mode, packed) for mode, render_mode, packed in modes]


def _compared(
    device: torch.device, mode: RasterizeMode, render_mode: RenderMode, packed: bool
) -> dict[str, Any]:
    here = _drawn(torch.device("cpu"), mode, render_mode, packed)
    there = _drawn(device, mode, render_mode, packed)
    found: dict[str, Any] = {"mode": mode, "render_mode": render_mode, "packed": packed}
    for name, reference in here.items():
        if name in there:
            found[name] = _relative(name, there[name], reference)
    return found


def _drawn(
    device: torch.device, mode: RasterizeMode, render_mode: RenderMode, packed: bool
) -> dict[str, Tensor]:
    """Pictures, alphas and gradients of a random function of both."""
    leaves = {name: tensor.to(device).requires_grad_() for name, tensor in _scene()}
    views = _views()
    pictures, alphas, seen = rasterize(
        *(leaves[name] for name in LEAVES),
        intrinsics(views).to(device),
        WIDTH_PX,
        HEIGHT_PX,
        sh_degree=SH_DEGREE,
        backgrounds=torch.full((len(views), 3), 0.5, device=device),
        render_mode=render_mode,
        rasterize_mode=mode,
        packed=packed,
        absgrad=True,
    )
    seen["means2d"].retain_grad()
    generator = torch.Generator().manual_seed(0)
    weights = [torch.rand(drawn.shape, generator=generator).to(device) for drawn in (pictures, alphas)]
    ((pictures * weights[0]).sum() + (alphas * weights[1]).sum()).backward()  # type: ignore[no-untyped-call]
    found = {"picture": pictures, "alpha": alphas}
    found |= {f"by_{name}": leaf.grad for name, leaf in leaves.items() if leaf.grad is not None}
    if not packed:
        found |= {"by_means2d": seen["means2d"].grad, "absgrad": seen["means2d"].absgrad}
    return {name: tensor.detach().cpu().double() for name, tensor in found.items()}


def _scene() -> Iterator[tuple[str, Tensor]]:
    scene = room(PARITY_SPLATS, SH_DEGREE)
    yield "means", scene.means
    yield "quats", scene.quats
    yield "scales", scene.scales
    yield "opacities", scene.opacities
    yield "colors", scene.sh
    yield "viewmats", viewmats(_views())


def _views() -> list[View]:
    pinhole = Pinhole(WIDTH_PX, HEIGHT_PX, (FOCAL_PX, FOCAL_PX), (WIDTH_PX / 2, HEIGHT_PX / 2))
    return [View(str(eye), pinhole, look_at(eye, LOOKED_AT_M)) for eye in PARITY_EYES_M]


def _relative(name: str, found: Tensor, reference: Tensor) -> float:
    """Of a picture the largest difference, of a gradient the length of the difference."""
    if name == "by_viewmats":
        # gsplat takes a camera's place from the inverse of all four rows; the last one is no parameter.
        found, reference = found[:, :3], reference[:, :3]
    off = found - reference
    if name in ("picture", "alpha"):
        return float(off.abs().max() / reference.abs().max().clamp(min=1e-12))
    return float(off.norm() / reference.norm().clamp(min=1e-12))


def ours(scene: Path, work: Path, steps: int, max_splats: int, side_px: int) -> dict[str, Any]:
    """Our trainer, with what gsplat's benchmark gives its own: so many splats and harmonics of degree 3."""
    torch.cuda.reset_peak_memory_stats()
    params = TrainSplatsParams(quality="high", steps=steps, max_splats=max_splats, max_side_px=side_px)
    row = measure(scene, work, work / "model", params, talk=False)
    return row | {"peak_gpu_gb": torch.cuda.max_memory_allocated() / BYTES_A_GB}


def example(trainer: Path, python: str, work: Path, steps: int, max_splats: int) -> dict[str, Any]:
    """gsplat's example trainer on the same photos: what it writes of itself."""
    data, results = work / "undistorted", work / "example"
    pycolmap.undistort_images(data, work / "poses" / "sparse", work / "frames" / "images")
    command = [python, trainer.name, "mcmc", "--data_dir", str(data.resolve()), "--data_factor", "1"]
    command += ["--result_dir", str(results.resolve()), "--test_every", "8", "--max_steps", str(steps)]
    command += ["--eval_steps", str(steps), "--save_steps", str(steps), "--strategy.cap-max", str(max_splats)]
    command += ["--disable_viewer", "--disable_video"]
    subprocess.run(command, cwd=trainer.parent, check=True, stdout=sys.stderr)
    trained = json.loads((results / f"stats/train_step{steps - 1:04d}_rank0.json").read_text())
    judged = json.loads((results / f"stats/val_step{steps - 1:04d}.json").read_text())
    return {
        "seconds": trained["ellipse_time"],
        "splats": trained["num_GS"],
        "peak_gpu_gb": trained["mem"] * GIB_IN_GB,
        "psnr": judged["psnr"],
        "ssim": judged["ssim"],
    }


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.gsplat", description=__doc__.splitlines()[0])
    parser.add_argument("--scene", type=Path, required=True, help="a clip or a folder of photos")
    parser.add_argument("--steps", type=int, default=7_000)
    parser.add_argument("--max-splats", type=int, default=300_000)
    parser.add_argument(
        "--side", type=int, default=1920, help="long side of the photos trained on, in pixels"
    )
    parser.add_argument("--example", type=Path, help="simple_trainer.py of gsplat's repository")
    parser.add_argument("--python", default=sys.executable, help="what runs it")
    parser.add_argument("--work", type=Path, help="a folder to keep frames, poses and results in")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def compared(asked: argparse.Namespace, work: Path) -> dict[str, Any]:
    """The document that is printed."""
    found: dict[str, Any] = {
        "device": torch.cuda.get_device_name(),
        "gsplat": _version("gsplat"),
        "torch": torch.__version__,
        "parity": parity(torch.device("cuda")),
    }
    prepare(asked.scene, work)
    found["ours"] = ours(asked.scene, work, asked.steps, asked.max_splats, asked.side)
    if asked.example:
        found["example"] = example(asked.example, asked.python, work, asked.steps, asked.max_splats)
    return found


def spoken(found: dict[str, Any]) -> str:
    """A few lines of words."""
    worst = {
        name: max(row[name] for row in found["parity"] if name in row)
        for name in {name for row in found["parity"] for name in row} - {"mode", "render_mode", "packed"}
    }
    lines = [f"{found['device']}, gsplat {found['gsplat']}, torch {found['torch']}"]
    lines += [f"parity, worst of all modes: {name} {error:.1e}" for name, error in sorted(worst.items())]
    for who in ("ours", "example"):
        if who not in found:
            lines.append("gsplat's example trainer: not run, --example doesn't say where it is")
            continue
        row = found[who]
        lines.append(
            f"{who}: {row['psnr']:.2f} dB, SSIM {row['ssim']:.3f}, {row['seconds']:.0f} s, "
            f"{row['splats']} splats, {row['peak_gpu_gb']:.1f} GB at most"
        )
    return "\n".join(lines)


def main() -> int:
    """Compares and prints; 1 where this machine can't."""
    asked = arguments()
    lacks = missing()
    if lacks:
        print(json.dumps({"missing": lacks}) if asked.json else f"Missing here: {', '.join(lacks)}.")
        return 1
    with TemporaryDirectory() as temporary:
        found = compared(asked, asked.work or Path(temporary))
    print(json.dumps(found) if asked.json else spoken(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
