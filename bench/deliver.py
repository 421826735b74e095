"""What a scene costs and loses as a tour delivers it: formats, levels of detail, time.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/scene:. python -m bench.deliver SCENE_DIR [--json]

SCENE_DIR holds `scene.ply`, `cameras.json` (as `solve_poses` writes it) and, where there are any, the photos in
`images/`. Every eighth photo judges; the others choose and refine. Without photos the full model's renders are the
truth, so a level's PSNR says how near it comes to the full model. `--generate N` first fills the folder with a room of
N splats (see bench/generated.py) and says how many harmonics they have with `--sh-degree`.

`loss_db` is against the same splats in float32. Where renders are the truth it is what a model of 30 dB would lose if
the file's error were added to its own; `psnr` then says how near the file comes. `build_s`: wall time of looking,
choosing levels and writing SOG, without refining and judging. `psnr_refined` is a level's file's, `psnr_cut` that of
the splats that were kept, neither merged, refined nor compressed. `manifest_bytes`: of the bundle's manifest.json,
packaged with the stage's defaults.
"""

import argparse
import json
import math
import os
import platform
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import package_tour
from bench.generated import write_room
from diorama.tours.stages import OptimizeSplatsParams, PackageTourParams
from optimize_splats import (
    JUDGED_LONG_SIDE_PX,
    Judge,
    evaluate,
    lessons_of,
    level_file,
    make_levels,
    mass,
    read_model,
)
from optimizing.level_file import MadeLevel, Trained, write_levels
from optimizing.levels import evenly
from optimizing.visibility import Visibility, look
from splats.files import FORMATS
from splats.scene import SplatScene, empty_scene
from splats.sog import write_sog
from stopwatch import Watch
from views.draw import draw
from views.pinholes import pinhole_views
from views.reading import Part, read_views
from views.view import PhotoView

NOMINAL_PSNR = 30.0
"""Of a good model against photos, in dB."""
BUILT_IN = ("look", "choose", "compress")
"""Steps that `build_s` is made of."""


def measure(folder: Path, params: OptimizeSplatsParams) -> dict[str, Any]:
    """The document that is printed."""
    scene, _ = read_model(folder / "scene.ply")
    watch = Watch()
    views = evenly(pinhole_views(folder, params.looked_at_side_px, "training"), params.looked_at_views)
    with watch.step("look"):
        seen = look(scene, views, params.seed)
    held_out = _photos(folder, scene, JUDGED_LONG_SIDE_PX, "held_out")
    sizes, psnr = _formats(scene, seen, held_out)
    truth = evaluate(held_out, scene)
    judge = Judge(held_out, Trained(len(scene), round(truth.psnr, 4), round(truth.ssim, 5)))
    lessons = lessons_of(_photos(folder, scene, params.refined_side_px, "training"), scene, params)
    with TemporaryDirectory() as made_in:
        inputs = Path(made_in) / "in"
        made = make_levels(
            scene,
            empty_scene(scene.sh_degree),
            seen,
            views,
            judge,
            lessons,
            inputs / "scene",
            params,
            _quiet,
            watch,
        )
        write_levels(inputs / "scene", level_file(scene, seen, judge, {}, made))
        (inputs / "poses").symlink_to(folder.resolve())
        manifest_bytes = _packaged(inputs, Path(made_in) / "tour")
    return {
        "splats": len(scene),
        "sh_degree": scene.sh_degree,
        "truth": "photos" if (folder / "images").is_dir() else "renders of the full model",
        "bytes_per_splat": {name: round(size / len(scene), 3) for name, size in sizes.items()},
        "loss_db": {name: round(_loss(folder, truth.psnr, found), 4) for name, found in psnr.items()},
        "psnr": {name: round(found, 4) for name, found in psnr.items()},
        "build_s": round(sum(watch.seconds[step] for step in BUILT_IN), 2),
        "seconds": watch.seconds,
        "levels": [_level(level, len(scene)) for level in made],
        "manifest_bytes": manifest_bytes,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "date": date.today().isoformat(),
    }


def _loss(folder: Path, truth: float, psnr: float) -> float:
    """Of a file that comes so near to the truth, in dB; never infinite."""
    if (folder / "images").is_dir():
        return truth - psnr
    return 10 * math.log10(1 + 10 ** ((NOMINAL_PSNR - psnr) / 10))


def _photos(folder: Path, scene: SplatScene, long_side_px: int, part: Part) -> list[PhotoView]:
    """The photos, or what the scene looks like from where they would be."""
    if (folder / "images").is_dir():
        return read_views(folder, folder, long_side_px, part)
    views = pinhole_views(folder, long_side_px, part)
    return [PhotoView(view, np.rint(draw(scene, view) * 255).astype(np.uint8)) for view in views]


def _formats(
    scene: SplatScene, seen: Visibility, held_out: list[PhotoView]
) -> tuple[dict[str, int], dict[str, float]]:
    """Bytes and PSNR of each format's file; SOG with the weights that the stage gives it."""
    sizes, psnr = {}, {}
    with TemporaryDirectory() as folder:
        for ending, way in FORMATS.items():
            path = Path(folder) / f"scene{ending}"
            if ending == ".sog":
                write_sog(path, scene, weights=mass(seen.weight_px))
            else:
                way.write(path, scene)
            name = ending.removeprefix(".")
            sizes[name] = path.stat().st_size
            psnr[name] = evaluate(held_out, way.read(path)).psnr
            path.unlink()
    return sizes, psnr


def _packaged(inputs: Path, outputs: Path) -> int:
    """Bytes of the manifest of the tour that these levels become."""
    outputs.mkdir()
    package_tour.run(inputs, outputs, PackageTourParams(), _quiet)
    return (outputs / "manifest.json").stat().st_size


def _level(level: MadeLevel, splats: int) -> dict[str, Any]:
    return {
        "share": round(level.splats / splats, 4),
        "splats": level.splats,
        "bytes": level.bytes,
        "psnr_refined": level.psnr,
        "psnr_cut": level.psnr_cut,
    }


def _quiet(percent: float, message: str, **metrics: float) -> None:
    """Progress is not shown: standard output is the document's."""


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="bench.deliver", description="What a scene costs as it is delivered."
    )
    parser.add_argument("scene_dir", type=Path)
    parser.add_argument("--json", action="store_true", help="one document instead of lines")
    parser.add_argument(
        "--generate", type=int, metavar="N", help="fill the folder with a room of N splats first"
    )
    parser.add_argument("--sh-degree", type=int, default=1, choices=range(4), help="of the generated room")
    parser.add_argument("--refine-steps", type=int, default=OptimizeSplatsParams().refine_steps)
    asked = parser.parse_args()
    if asked.generate:
        write_room(asked.scene_dir, asked.generate, asked.sh_degree)
    found = measure(asked.scene_dir, OptimizeSplatsParams(refine_steps=asked.refine_steps))
    if asked.json:
        print(json.dumps(found, indent=1))
        return 0
    for name, value in found.items():
        print(f"{name:16} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
