"""What a file format costs and loses.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/scene:. python -m bench.formats INPUTS [--json]

INPUTS holds `model`, `frames` and `poses`, as `optimize_splats` takes them. The model is culled as that stage does it,
then written in each format, read back, drawn, and compared with the held-out photos; `loss_db` is against the culled
model in float32. With DIORAMA_SPLAT_TRANSFORM naming PlayCanvas' tool (see tests/splats/playcanvas.py), its SOG of the
same splats is measured beside ours.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from diorama.tours.stages import OptimizeSplatsParams
from optimize_splats import JUDGED_LONG_SIDE_PX, read_model
from optimizing.culling import cull
from optimizing.delivery import fineness_for, mass
from optimizing.judge import evaluate
from optimizing.lessons import COMPARED_PHOTOS
from optimizing.levels import evenly
from optimizing.visibility import look
from splats.files import FORMATS, Format
from splats.ply import write_ply
from splats.scene import SplatScene
from splats.sog import palette_size, read_sog, write_sog
from views.pinholes import pinhole_views
from views.reading import read_views
from views.view import PhotoView

PALETTE_DIVISORS = (128, 32, 16, 8)
THEIR_LIMIT_S = 600

Write = Callable[[Path, SplatScene], object]


def measure(inputs: Path) -> dict[str, Any]:
    """The document that is printed."""
    params = OptimizeSplatsParams()
    model, _ = read_model(inputs / "model" / "splats.ply")
    seen = look(model, pinhole_views(inputs / "poses", params.looked_at_side_px, "training"))
    kept = cull(model, seen, params).kept
    scene, weights = model.select(kept), mass(seen.weight_px[kept])
    harmonics = seen.harmonics[kept].cpu().numpy()
    held_out = read_views(inputs / "frames", inputs / "poses", JUDGED_LONG_SIDE_PX, "held_out")
    trained_on = read_views(inputs / "frames", inputs / "poses", JUDGED_LONG_SIDE_PX, "training")
    fineness = fineness_for(evaluate(evenly(trained_on, COMPARED_PHOTOS), scene).psnr)
    psnr = evaluate(held_out, scene).psnr
    default = palette_size(len(scene), scene.sh_degree)

    def ours(entries: int, weighted: bool = True) -> Write:
        chosen = weights if weighted else None
        return lambda path, scene: write_sog(
            path,
            scene,
            palette_entries=entries,
            weights=chosen,
            harmonics_seen=harmonics,
            fineness=fineness,
        )

    ways = {f"sog, palette n/{n}": ours(len(scene) // n) for n in PALETTE_DIVISORS if scene.sh_degree}
    ways |= {"sog, as delivered": ours(default), "sog, unweighted": ours(default, weighted=False)}
    if os.environ.get("DIORAMA_SPLAT_TRANSFORM"):
        ways["sog by splat-transform"] = _theirs
    rows = {name: _row(Format(read_sog, write), scene, held_out, psnr) for name, write in ways.items()}
    others = {ending: way for ending, way in FORMATS.items() if ending != ".sog"}
    rows |= {ending: _row(way, scene, held_out, psnr) for ending, way in others.items()}
    return {
        "splats": len(scene),
        "sh_degree": scene.sh_degree,
        "psnr": round(psnr, 3),
        "formats": rows,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "date": date.today().isoformat(),
    }


def _row(way: Format, scene: SplatScene, held_out: list[PhotoView], psnr: float) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scene.sog"
        start_s = _processor_s()
        try:
            way.write(path, scene)
        except subprocess.TimeoutExpired:
            return {"not_done_after_s": THEIR_LIMIT_S}
        spent_s = _processor_s() - start_s
        read = way.read(path)
        return {
            "bytes_per_splat": round(path.stat().st_size / len(read), 2),
            "loss_db": round(psnr - evaluate(held_out, read).psnr, 3),
            "processor_s": round(spent_s, 1),
        }


def _processor_s() -> float:
    """Of this process and of those that it started and waited for."""
    return sum(os.times()[:4])


def _theirs(path: Path, scene: SplatScene) -> None:
    node = shutil.which("node") or "node"
    source = path.with_suffix(".ply")
    write_ply(source, scene)
    command = [node, os.environ["DIORAMA_SPLAT_TRANSFORM"], "-g", "cpu", str(source), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=THEIR_LIMIT_S)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.formats", description="Bytes and decibels of file formats.")
    parser.add_argument("inputs", type=Path)
    parser.add_argument("--json", action="store_true", help="one document instead of a table")
    asked = parser.parse_args()
    found = measure(asked.inputs)
    if asked.json:
        print(json.dumps(found, indent=1))
        return 0
    print(f"{found['splats']} splats, SH {found['sh_degree']}, {found['psnr']} dB on held-out photos")
    for name, row in found["formats"].items():
        print(f"{name:26}", "  ".join(f"{key} {value}" for key, value in row.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
