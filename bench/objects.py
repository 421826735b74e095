"""What `build_object` makes of real cut-outs, and what it costs.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision:. python -m bench.objects
        [--data ../shared/data/objects] [--quality balanced] [--most 10] [--pictures FOLDER] [--json]

DATA holds an index.json of {"photo", "mask"} pairs. Each is built by the stage itself, in this process; processor
seconds are of the whole stage. The silhouette's overlap is that of the mesh, seen from the photo's side, with the mask.
--pictures draws each object's splats from eight sides beside its photo: to be looked at.
"""

import argparse
import json
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
import trimesh

from build_object import run
from diorama.objects.cutouts import Cutout, Cutouts
from diorama.objects.stages import BuildObjectParams, BuildObjectReport
from outputs.picture import seen_from
from splats.ply import read_ply

SIDES = 8
SIDE_PX = 240
PITCH_DEG = 10.0
PAPER = 245
JPEG_QUALITY = 95


def measure(photo: Path, mask: Path, quality: str, pictures: Path | None) -> dict[str, Any]:
    """One cut-out's row."""
    with TemporaryDirectory() as folder:
        inputs, outputs = Path(folder) / "in", Path(folder) / "out"
        inside = _write_inputs(inputs, photo, mask)
        outputs.mkdir()
        before = time.process_time()
        params = BuildObjectParams.model_validate({"quality": quality})
        report: BuildObjectReport = run(inputs, outputs, params, lambda *_, **__: None)
        processor_s = time.process_time() - before
        [built] = report.objects
        if pictures:
            _draw(pictures / f"{mask.stem}.png", photo, outputs / "objects" / "thing" / "splats.ply")
        return {
            "mask": mask.name,
            "shape": built.shape,
            "processor_s": round(processor_s, 2),
            "seconds": report.seconds,
            "faces": built.faces,
            "web_faces": built.web_faces,
            "watertight": built.is_watertight,
            "web_watertight": built.is_web_watertight,
            "silhouette_iou": round(_overlap(outputs / "objects" / "thing" / "full.glb", inside), 4),
            "bytes": {Path(path).name: size for path, size in built.files.items()},
        }


def _write_inputs(inputs: Path, photo: Path, mask: Path) -> np.ndarray:
    """Folders as the stage finds them; and the mask (height, width)."""
    (inputs / "embedding").mkdir(parents=True)
    (inputs / "cutouts").mkdir()
    picture = cv2.imread(str(photo))
    inside = np.asarray(cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE)) > 0
    cv2.imwrite(str(inputs / "embedding" / "photo.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    cv2.imwrite(str(inputs / "cutouts" / "thing.png"), inside.astype(np.uint8) * 255)
    cutouts = (Cutout(cutout_id="thing", name="thing", mask="thing.png"),)
    document = Cutouts(width_px=picture.shape[1], height_px=picture.shape[0], cutouts=cutouts)
    (inputs / "cutouts" / "cutouts.json").write_text(document.model_dump_json())
    return inside


def _overlap(glb: Path, inside: np.ndarray) -> float:
    """Of the mesh seen along -Z and the mask, both cropped to their own boxes."""
    rows, columns = np.nonzero(inside)
    cropped = inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    [mesh] = trimesh.load(glb, process=False).geometry.values()
    low, high = mesh.bounds
    scale = max(cropped.shape) / max(high[:2] - low[:2])
    middle = (low[:2] + high[:2]) / 2
    at = (mesh.vertices[:, :2] - middle) * (scale, -scale) + np.array(cropped.shape[::-1]) / 2 - 0.5
    drawn = np.zeros(cropped.shape, np.uint8)
    for corners in np.rint(at[mesh.faces] * 16).astype(np.int32):
        cv2.fillConvexPoly(drawn, corners, 1, cv2.LINE_8, 4)
    return float(((drawn > 0) & cropped).sum() / ((drawn > 0) | cropped).sum())


def _draw(path: Path, photo: Path, splats: Path) -> None:
    """The photo, and the splats from eight sides."""
    scene = read_ply(splats)
    picture = np.asarray(cv2.imread(str(photo)))
    scale = SIDE_PX / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tile = np.full((SIDE_PX, SIDE_PX, 3), PAPER, np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small
    tiles = [tile]
    for side in range(SIDES):
        seen = seen_from(scene, side * 360 / SIDES, PITCH_DEG, SIDE_PX).astype(float)
        share = seen[..., 3:] / 255
        tiles.append(np.rint(seen[..., 2::-1] * share + PAPER * (1 - share)).astype(np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.hstack(tiles))


def spread_over(pairs: list[dict[str, str]], most: int) -> list[dict[str, str]]:
    """At most so many pairs, evenly from the list."""
    picked = np.unique(np.linspace(0, len(pairs) - 1, min(most, len(pairs))).round().astype(int))
    return [pairs[number] for number in picked]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.objects")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"))
    parser.add_argument("--quality", choices=("fast", "balanced", "high"), default="balanced")
    parser.add_argument("--most", type=int, default=10, help="objects, evenly from the index")
    parser.add_argument(
        "--pictures", type=Path, help="folder for what each object looks like from eight sides"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    pairs = spread_over(json.loads((asked.data / "index.json").read_text()), asked.most)
    rows = [
        measure(asked.data / pair["photo"], asked.data / pair["mask"], asked.quality, asked.pictures)
        for pair in pairs
    ]
    result = {
        "quality": asked.quality,
        "objects": len(rows),
        "processor_s": round(mean(row["processor_s"] for row in rows), 2),
        "most_processor_s": max(row["processor_s"] for row in rows),
        "watertight": sum(row["watertight"] for row in rows),
        "web_watertight": sum(row["web_watertight"] for row in rows),
        "silhouette_iou": round(mean(row["silhouette_iou"] for row in rows), 4),
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "each": rows,
    }
    print(json.dumps(result, indent=1) if asked.json else _table(result))


def _table(result: dict[str, Any]) -> str:
    lines = [f"{'mask':36} {'shape':9} {'cpu s':>6} {'faces':>7} {'web':>6} closed  IoU"]
    lines += [
        f"{row['mask'][:36]:36} {row['shape']:9} {row['processor_s']:6.2f} {row['faces']:7} {row['web_faces']:6}"
        f" {row['watertight']!s:7} {row['silhouette_iou']:.3f}"
        for row in result["each"]
    ]
    return "\n".join([*lines, f"mean {result['processor_s']} s, IoU {result['silhouette_iou']}"])


if __name__ == "__main__":
    main()
