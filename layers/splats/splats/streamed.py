"""Streamed SOG: a place at several levels of detail, cut into tiles that a viewer loads by where one looks.

The format is PlayCanvas' (developer.playcanvas.com/user-manual/gaussian-splatting/formats); what its documents leave
open, the readers of its engine (`gsplat-octree`) and of splat-transform (`read-lod.ts`) decide:

    lod-meta.json   version, count and counts (splats of all levels, and by level), lodLevels, filenames,
                    environment (a file of what is far off all round, shown at all times), tree
    tree            `bound` (min, max) and either `children`, or, at a leaf, `lods`: by level, 0 the finest,
                    in which `file` its splats lie, as `count` pixels from `offset` on
    L_N.sog         tile N of level L, see splats/sog.py; a tile holds the leaves of a part of the tree

The engine opens a tile in one file as well as one in a folder (`L_N/meta.json`); splat-transform opens folders only.
All levels share one tree, which the finest decides.
"""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from splats.errors import UnreadableSplats
from splats.partition import Cut, Partition
from splats.scene import SplatScene
from splats.sog import GENERATOR, META, read_sog, write_sog
from splats.threads import thread_count

NAME = "lod-meta.json"
VERSION = 1
ENVIRONMENT = "environment"
MOST_LEAVES = 128
"""Of the tree: the document has about 400 bytes a leaf and goes before any splat."""
FEWEST_LEAF_SPLATS = 16_384
TILE_SPLATS = (65_536, 262_144)
"""Of one tile, from and to: large enough to compress, small enough to be there soon."""
MOST_TILES = 64
"""Of the finest level, where tiles are not larger than allowed."""
BOUND_DIGITS = 4
ADVICE = "Streamed SOG is read from lod-meta.json of version 1, with its tiles beside it."

Floats = NDArray[np.floating]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class TiledLevel:
    """What was written for one level: tiles, in the order of their leaves, relative to the folder; `places`: by tile,
    where its splats, in their order, are in the level's scene.
    """

    files: tuple[str, ...]
    places: tuple[Places, ...]
    splats: int
    bytes: int


@dataclass(frozen=True)
class _Span:
    """Where a leaf's splats lie."""

    file: str
    offset: int
    count: int


@dataclass
class _Leaf:
    """Corners (3,) of what lies in it, and its splats by level."""

    low: NDArray[np.float64] = field(default_factory=lambda: np.full(3, np.inf))
    high: NDArray[np.float64] = field(default_factory=lambda: np.full(3, -np.inf))
    spans: dict[int, _Span] = field(default_factory=dict)


class StreamedWriter:
    """Writes the levels of one place, from the finest to the coarsest, into a folder; one level is in memory at a time.

    `loose`: tiles as folders, which splat-transform can open. Equal input gives equal bytes.
    """

    def __init__(self, folder: Path, finest: SplatScene, *, loose: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._loose = loose
        self._tile_splats = int(np.clip(-(-len(finest) // MOST_TILES), *TILE_SPLATS))
        leaf_splats = max(FEWEST_LEAF_SPLATS, -(-len(finest) // MOST_LEAVES))
        self._partition = Partition.of(_positions(finest), leaf_splats)
        self._leaves = [_Leaf() for _ in range(self._partition.leaves)]
        self._levels: list[TiledLevel] = []
        self._environment: str | None = None

    def add(
        self,
        scene: SplatScene,
        weights: Floats | None = None,
        harmonics_seen: Floats | None = None,
        fineness: float = 1.0,
    ) -> TiledLevel:
        """Writes the next coarser level; `weights`, `harmonics_seen` and `fineness` are those of `write_sog`.

        Raises `ValueError` for a scene that is empty or has numbers that are not finite.
        """
        level = len(self._levels)
        leaf_of = self._partition.leaf_of(_positions(scene))
        counts = np.bincount(leaf_of, minlength=len(self._leaves))
        tiles = _tiles(counts, self._tile_splats)
        names = [self._name(f"{level}_{number}") for number in range(len(tiles))]
        usual = None if weights is None else float(np.mean(weights))
        order = np.argsort(leaf_of, kind="stable")
        starts = np.concatenate([[0], np.cumsum(counts)])

        def write(number: int) -> tuple[int, Places]:
            places = order[starts[tiles[number][0]] : starts[tiles[number][-1] + 1]]
            size, in_file = self._write(
                names[number],
                scene.select(torch.from_numpy(places)),
                weights=None if weights is None else weights[places],
                usual_weight=usual,
                leaves=leaf_of[places],
                harmonics_seen=None if harmonics_seen is None else harmonics_seen[places],
                fineness=fineness,
            )
            return size, places[in_file]

        with ThreadPoolExecutor(thread_count()) as pool:
            written = list(pool.map(write, range(len(tiles))))
        self._note(level, tiles, names, counts)
        self._widen(scene, leaf_of, counts)
        places_of = tuple(places for _, places in written)
        self._levels.append(TiledLevel(tuple(names), places_of, len(scene), sum(size for size, _ in written)))
        return self._levels[-1]

    def surround(self, scene: SplatScene) -> str:
        """Writes what is far off all round, and is there at every level; the file's name."""
        self._environment = self._name(ENVIRONMENT)
        self._write(self._environment, scene)
        return self._environment

    def finish(self) -> Path:
        """Writes the document that names the tiles."""
        names = [name for level in self._levels for name in level.files]
        counts = [level.splats for level in self._levels]
        document: dict[str, Any] = {
            "version": VERSION,
            "asset": {"generator": GENERATOR},
            "count": sum(counts),
            "counts": counts,
            "lodLevels": len(counts),
        }
        if self._environment:
            document["environment"] = self._environment
        number_of = {name: number for number, name in enumerate(names)}
        document |= {"filenames": names, "tree": self._node(self._partition.root, number_of)}
        path = self._folder / NAME
        path.write_text(json.dumps(document, separators=(",", ":"), allow_nan=False), encoding="utf-8")
        return path

    def _name(self, stem: str) -> str:
        return f"{stem}/{META}" if self._loose else f"{stem}.sog"

    def _write(self, name: str, scene: SplatScene, **care: Any) -> tuple[int, Places]:
        """Bytes of the tile, and the order of its splats. `care`: arguments of `write_sog`."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        order = write_sog(path, scene, **care)
        written = path.parent.iterdir() if self._loose else [path]
        return sum(file.stat().st_size for file in written), order

    def _note(self, level: int, tiles: list[range], names: list[str], counts: NDArray[np.integer]) -> None:
        for name, leaves in zip(names, tiles, strict=True):
            offset = 0
            for leaf in leaves:
                if counts[leaf]:
                    self._leaves[leaf].spans[level] = _Span(name, offset, int(counts[leaf]))
                offset += int(counts[leaf])

    def _widen(self, scene: SplatScene, leaf_of: Places, counts: NDArray[np.integer]) -> None:
        """Makes room in the leaves' bounds for the splats, each as far as one standard deviation reaches."""
        order = np.argsort(leaf_of, kind="stable")
        ends = np.cumsum(counts)
        middles, reach = _positions(scene)[order], _reach(scene)[order]
        for leaf, (end, count) in enumerate(zip(ends, counts, strict=True)):
            if count:
                inside = slice(end - count, end)
                found = self._leaves[leaf]
                found.low = np.minimum(found.low, (middles[inside] - reach[inside]).min(axis=0))
                found.high = np.maximum(found.high, (middles[inside] + reach[inside]).max(axis=0))

    def _node(self, node: Cut | int, number_of: dict[str, int]) -> dict[str, Any]:
        if isinstance(node, Cut):
            children = [self._node(node.low, number_of), self._node(node.high, number_of)]
            bounds = [child["bound"] for child in children]
            low = np.min([bound["min"] for bound in bounds], axis=0)
            high = np.max([bound["max"] for bound in bounds], axis=0)
            return {"bound": {"min": low.tolist(), "max": high.tolist()}, "children": children}
        leaf = self._leaves[node]
        lods = {
            str(level): {"file": number_of[span.file], "offset": span.offset, "count": span.count}
            for level, span in sorted(leaf.spans.items())
        }
        return {"bound": _bound(leaf), "lods": lods}


def read_streamed(path: Path, level: int = 0) -> SplatScene:
    """The splats of one level, by the path of lod-meta.json, and behind them its environment.

    Raises `UnreadableSplats`.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["version"] != VERSION:
            raise UnreadableSplats(f"This is version {document['version']} of the format.", ADVICE)
        named = dict.fromkeys(document["filenames"][file] for file in _files_of(document["tree"], level))
        files = [*named, *([document["environment"]] if "environment" in document else [])]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise UnreadableSplats(f"{path.name} is damaged: {error!r}.", ADVICE) from error
    if not named:
        raise UnreadableSplats(f"There is no level {level} in it.", ADVICE)
    return joined(read_sog(_home(path.parent / file)) for file in files)


def _home(path: Path) -> Path:
    return path.parent if path.name == META else path


def _files_of(node: dict[str, Any], level: int) -> Iterable[int]:
    if "lods" in node:
        span = node["lods"].get(str(level))
        if span:
            yield int(span["file"])
        return
    for child in node["children"]:
        yield from _files_of(child, level)


def joined(scenes: Iterable[SplatScene]) -> SplatScene:
    """All their splats, in order, with the most harmonics that any of them has."""
    parts = list(scenes)
    degree = max(part.sh_degree for part in parts)
    same = [part.with_sh_degree(degree) for part in parts]
    names = ("means", "quats", "log_scales", "opacity_logits", "sh")
    return SplatScene(*(torch.cat([getattr(part, name) for part in same]) for name in names))


def _tiles(counts: NDArray[np.integer], tile_splats: int) -> list[range]:
    """Runs of leaves that hold at most about so many splats together, as evenly filled as leaves allow."""
    total = int(counts.sum())
    wanted = max(1, -(-total // tile_splats))
    reached = np.cumsum(counts) - counts / 2
    tile_of = np.minimum(reached * wanted // max(total, 1), wanted - 1).astype(np.intp)
    edges = [0, *(np.flatnonzero(np.diff(tile_of)) + 1).tolist(), len(counts)]
    runs = [range(low, high) for low, high in pairwise(edges)]
    return [run for run in runs if counts[run.start : run.stop].sum()]


def _positions(scene: SplatScene) -> NDArray[np.float32]:
    return np.asarray(scene.means.detach().cpu().numpy(), np.float32)


def _reach(scene: SplatScene) -> NDArray[np.float32]:
    """How far each splat extends (n, 3) along the world's axes, at one standard deviation."""
    w, x, y, z = torch.nn.functional.normalize(scene.quats.detach(), dim=1).unbind(1)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    squares = (2 * scene.log_scales.detach()).exp()
    extents = [sum(row[axis] ** 2 * squares[:, axis] for axis in range(3)) for row in rows]
    return np.asarray(torch.stack([torch.as_tensor(each) for each in extents], 1).sqrt().cpu().numpy())


def _bound(leaf: _Leaf) -> dict[str, list[float]]:
    """Rounded outwards."""
    step = 10.0**-BOUND_DIGITS
    low = (np.floor(leaf.low / step) * step).round(BOUND_DIGITS)
    high = (np.ceil(leaf.high / step) * step).round(BOUND_DIGITS)
    return {"min": (low + 0.0).tolist(), "max": (high + 0.0).tolist()}
