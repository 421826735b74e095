"""What a scene costs and loses as a tour delivers it: formats, levels of detail, time.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/scene:. python -m bench.deliver SCENE_DIR [--json]

SCENE_DIR holds `scene.ply`, `cameras.json` (as `solve_poses` writes it) and, where there are any, the photos in
`images/`. Every eighth photo judges; the others choose and refine (`--fold N` takes others of each eight). Without
photos the full model's renders are the truth, so a level's PSNR says how near it comes to the full model.
`--generate N` first fills the folder with a room of N splats (see bench/generated.py) and says how many harmonics they
have with `--sh-degree`; such a room has no photos. `--keep TOUR_DIR` leaves the packaged tour there.

`bytes_per_splat` and `loss_db`: by format, and "streamed" for the finest level in tiles, where a place is cut into
such. `loss_db` is against the same splats in float32. Where renders are the truth it is what a model of 30 dB would
lose if the file's error were added to its own; `psnr` then says how near the file comes. `build_s`: wall time of
looking, choosing levels and writing SOG and tiles, without refining and judging. `psnr_refined` is a level's files',
`psnr_cut` that of the splats that were kept, neither merged, refined nor compressed. `manifest_bytes`: what a viewer
reads before any splat, manifest.json and lod-meta.json, packaged with the stage's defaults.

What is not in the document goes to standard error: machine, date, load, seconds by step of the clock and of the
processor (which other work on the machine doesn't spoil), most memory, and, with `--beside CLI.MJS`
(splat-transform's), its seconds, bytes and loss for the same scene, as SOG without a GPU; `--their-iterations N` is its
`-i`, rounds of making the palette of harmonics, 10 by default. It is stopped after `--limit-s` seconds of the clock.
"""

import argparse
import json
import math
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import package_tour
from bench.generated import write_room
from diorama.stopwatch import Watch
from diorama.tours.stages import OptimizeSplatsParams, PackageTourParams
from optimize_splats import JUDGED_LONG_SIDE_PX, level_file, make_levels, read_model
from optimizing.delivery import fineness_for, mass
from optimizing.judge import Judge, evaluate, judge_of
from optimizing.lessons import Lessons, lessons_of
from optimizing.level_file import LevelFile, MadeLevel, write_levels
from optimizing.levels import evenly
from optimizing.visibility import Visibility, look
from splats.cameras import View
from splats.files import FORMATS
from splats.scene import SplatScene, empty_scene
from splats.sog import write_sog
from splats.streamed import NAME as STREAMED
from views import reading
from views.draw import draw
from views.pinholes import pinhole_views
from views.reading import Part, read_views
from views.view import PhotoView

NOMINAL_PSNR = 30.0
"""Of a good model against photos, in dB."""
BUILT_IN = ("look", "choose", "merge", "compress")
"""Steps that `build_s` is made of."""
THEIR_LIMIT_S = 600.0


@dataclass
class ProcessorWatch(Watch):
    """Beside the clock's seconds those of all the process's threads."""

    processor_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start_s = time.process_time()
        with super().step(name):
            yield
        self.processor_s[name] = round(self.processor_s.get(name, 0.0) + time.process_time() - start_s, 2)


@dataclass(frozen=True)
class OtherTool:
    """splat-transform: its CLI, how many rounds its palette is made in, and when it is stopped."""

    cli: Path
    iterations: int
    limit_s: float


def measure(
    folder: Path,
    params: OptimizeSplatsParams,
    formats: list[str],
    keep: Path | None,
    other: OtherTool | None,
) -> dict[str, Any]:
    """The document that is printed."""
    scene, _ = read_model(folder / "scene.ply")
    watch = ProcessorWatch()
    views = evenly(pinhole_views(folder, params.looked_at_side_px, "training"), params.looked_at_views)
    with watch.step("look"):
        seen = look(scene, views, params.seed)
    judge = judge_of(_photos(folder, scene, JUDGED_LONG_SIDE_PX, "held_out"), scene)
    lessons = _lessons(folder, scene, params)
    with TemporaryDirectory() as made_in:
        inputs = Path(made_in) / "in"
        made = _levels(inputs / "scene", scene, seen, views, judge, lessons, params, watch)
        (inputs / "poses").symlink_to(folder.resolve())
        manifest_bytes = _packaged(inputs, keep or Path(made_in) / "tour")
    sizes, psnr = _formats(scene, seen, judge, fineness_for(lessons.psnr), formats)
    if made.streaming:
        sizes["streamed"], psnr["streamed"] = made.finest.bytes, made.finest.psnr
    if other:
        _beside(folder, other, judge, len(scene))
    _remark(psnr={name: round(found, 3) for name, found in psnr.items()})
    _remark(seconds=watch.seconds, processor_s=watch.processor_s)
    _remark(build_processor_s=round(sum(watch.processor_s[step] for step in BUILT_IN), 2))
    return {
        "splats": len(scene),
        "bytes_per_splat": {name: round(size / len(scene), 3) for name, size in sizes.items()},
        "loss_db": {name: round(_loss(folder, judge.trained.psnr, found), 4) for name, found in psnr.items()},
        "build_s": round(sum(watch.seconds[step] for step in BUILT_IN), 2),
        "levels": [_level(level, len(scene)) for level in delivered(made)],
        "manifest_bytes": manifest_bytes,
    }


def delivered(made: LevelFile) -> tuple[MadeLevel, ...]:
    """The levels as viewers read them: in tiles, where the place is cut into such."""
    return made.streaming.levels if made.streaming else made.levels


def _lessons(folder: Path, scene: SplatScene, params: OptimizeSplatsParams) -> Lessons:
    """Where renders are the truth, the scene counts as a good model of something else."""
    photos = _photos(folder, scene, params.refined_side_px, "training")
    lessons = lessons_of(photos, scene, empty_scene(scene.sh_degree), params)
    return lessons if (folder / "images").is_dir() else replace(lessons, psnr=NOMINAL_PSNR)


def _levels(
    outputs: Path,
    scene: SplatScene,
    seen: Visibility,
    views: list[View],
    judge: Judge,
    lessons: Lessons,
    params: OptimizeSplatsParams,
    watch: Watch,
) -> LevelFile:
    """The levels of detail, written into the folder `outputs`."""
    nothing = empty_scene(scene.sh_degree)
    whole, tiles = make_levels(scene, nothing, seen, views, judge, lessons, outputs, params, _quiet, watch)
    made = level_file(scene, seen, judge, {}, whole, tiles)
    write_levels(outputs, made)
    return made


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
    scene: SplatScene, seen: Visibility, judge: Judge, fineness: float, wanted: list[str]
) -> tuple[dict[str, int], dict[str, float]]:
    """Bytes and PSNR of each format's file; SOG with the weights that the stage gives it."""
    sizes, psnr = {}, {}
    with TemporaryDirectory() as folder:
        for ending, way in FORMATS.items():
            name = ending.removeprefix(".")
            if name not in wanted:
                continue
            path = Path(folder) / f"scene{ending}"
            start_s = time.perf_counter()
            if ending == ".sog":
                harmonics = seen.harmonics.cpu().numpy()
                weights = mass(seen.weight_px)
                write_sog(path, scene, weights=weights, harmonics_seen=harmonics, fineness=fineness)
            else:
                way.write(path, scene)
            _remark(wrote=name, seconds=round(time.perf_counter() - start_s, 2))
            sizes[name] = path.stat().st_size
            psnr[name] = evaluate(judge.held_out, way.read(path)).psnr
            path.unlink()
    return sizes, psnr


def _packaged(inputs: Path, outputs: Path) -> int:
    """Bytes of what a viewer reads first of the tour that these levels become."""
    outputs.mkdir(parents=True, exist_ok=True)
    package_tour.run(inputs, outputs, PackageTourParams(), _quiet)
    documents = [outputs / "manifest.json", *outputs.rglob(STREAMED)]
    return sum(document.stat().st_size for document in documents)


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


def _remark(**what: Any) -> None:
    """A line of what the document does not say."""
    print(json.dumps(what), file=sys.stderr)


def _beside(folder: Path, other: OtherTool, judge: Judge, splats: int) -> None:
    """Tells how long splat-transform takes to write the same scene, how large its file is, and what is lost in it."""
    node = shutil.which("node") or "node"
    with TemporaryDirectory() as target:
        path = Path(target) / "scene.sog"
        how = ["-g", "cpu", "-i", str(other.iterations)]
        command = [node, str(other.cli), *how, str((folder / "scene.ply").resolve()), str(path)]
        start_s, before_s = time.perf_counter(), _children_s()
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=other.limit_s)
        except subprocess.TimeoutExpired:
            _remark(splat_transform=how, stopped_after_s=other.limit_s, processor_s=_children_s() - before_s)
            return
        taken_s, processor_s = time.perf_counter() - start_s, _children_s() - before_s
        psnr = evaluate(judge.held_out, FORMATS[".sog"].read(path)).psnr
        size = path.stat().st_size
    _remark(
        splat_transform=how,
        seconds=round(taken_s, 1),
        processor_s=round(processor_s, 1),
        bytes_per_splat=round(size / splats, 3),
        psnr=round(psnr, 3),
        loss_db=round(_loss(folder, judge.trained.psnr, psnr), 4),
    )


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _parser() -> argparse.ArgumentParser:
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
    parser.add_argument("--fold", type=int, default=0, choices=range(8), help="judge by photos N, N + 8, ...")
    names = [ending.removeprefix(".") for ending in FORMATS]
    parser.add_argument("--formats", nargs="*", default=names, choices=names, help="to measure; all of them")
    parser.add_argument("--keep", type=Path, metavar="TOUR_DIR", help="leave the tour in this folder")
    parser.add_argument("--beside", type=Path, metavar="CLI.MJS", help="splat-transform, to be timed too")
    parser.add_argument("--limit-s", type=float, default=THEIR_LIMIT_S, help="after which that is stopped")
    parser.add_argument("--their-iterations", type=int, default=10, metavar="N", help="its -i")
    return parser


def main() -> int:
    """The command line."""
    asked = _parser().parse_args()
    reading.HELD_OUT_FIRST = asked.fold
    if asked.generate:
        write_room(asked.scene_dir, asked.generate, asked.sh_degree)
    params = OptimizeSplatsParams(refine_steps=asked.refine_steps)
    other = OtherTool(asked.beside, asked.their_iterations, asked.limit_s) if asked.beside else None
    found = measure(asked.scene_dir, params, asked.formats, asked.keep, other)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    load = round(os.getloadavg()[0], 1)
    _remark(machine=machine, date=date.today().isoformat(), load=load, most_memory_mb=most)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        print("\n".join(f"{name:16} {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
