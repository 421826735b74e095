"""Streamed SOG: tiles that hold every splat once, bounds that hold the tiles, and readers that agree."""

import json

import numpy as np
import pytest
import torch

from splats import streamed
from splats.errors import UnreadableSplats
from splats.ply import read_ply
from splats.scene import SplatScene
from splats.sog import read_sog
from splats.streamed import StreamedWriter, read_streamed
from tests.splats.clouds import cloud, in_order_of
from tests.splats.playcanvas import needed, written_by_playcanvas


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    """So that a few thousand splats are many tiles."""
    monkeypatch.setattr(streamed, "FEWEST_LEAF_SPLATS", 100)
    monkeypatch.setattr(streamed, "TILE_SPLATS", (300, 5000))


def coarser(scene: SplatScene, step: int) -> SplatScene:
    return scene.select(torch.arange(0, len(scene), step))


def written(folder, scene, **settings):
    writer = StreamedWriter(folder, scene, **settings)
    made = [writer.add(coarser(scene, step)) for step in (1, 2, 10)]
    writer.surround(cloud(50, 0, seed=9, spread=100))
    return writer.finish(), made


def leaves(node):
    if "lods" in node:
        return [node]
    return [leaf for child in node["children"] for leaf in leaves(child)]


def test_each_level_is_there_whole_with_the_environment(tmp_path):
    scene = cloud(2000)
    path, made = written(tmp_path, scene)
    for level, step in enumerate((1, 2, 10)):
        kept = coarser(scene, step)
        read = read_streamed(path, level)
        assert len(read) == len(kept) + 50
        inside = in_order_of(kept, read.select(torch.arange(len(kept))))
        assert (inside.means - kept.means).abs().max() < 0.01
        assert made[level].splats == len(kept)
    assert len(made[0].files) > len(made[2].files)


def test_the_document_says_what_the_files_are(tmp_path):
    path, made = written(tmp_path, cloud(2000))
    document = json.loads(path.read_text())
    assert document["counts"] == [2000, 1000, 200]
    assert document["count"] == 3200
    assert document["lodLevels"] == 3
    assert document["filenames"] == [name for level in made for name in level.files]
    assert made[0].bytes == sum((tmp_path / name).stat().st_size for name in made[0].files)
    spans = [span for leaf in leaves(document["tree"]) for span in leaf["lods"].values()]
    by_file = {}
    for span in spans:
        by_file.setdefault(span["file"], []).append((span["offset"], span["count"]))
    for file, found in by_file.items():
        found.sort()
        ends = [offset + count for offset, count in found]
        assert [offset for offset, _ in found] == [0, *ends[:-1]]
        assert ends[-1] == len(read_sog(tmp_path / document["filenames"][file]))


def test_a_leaf_s_splats_lie_within_its_bound(tmp_path):
    path, _ = written(tmp_path, cloud(2000))
    document = json.loads(path.read_text())
    scenes = [read_sog(tmp_path / name) for name in document["filenames"]]
    for leaf in leaves(document["tree"]):
        low, high = (torch.tensor(leaf["bound"][corner]) for corner in ("min", "max"))
        for span in leaf["lods"].values():
            means = scenes[span["file"]].means[span["offset"] : span["offset"] + span["count"]]
            assert (means >= low - 1e-2).all()
            assert (means <= high + 1e-2).all()


def test_equal_input_gives_equal_files(tmp_path):
    weights = np.random.default_rng(0).exponential(size=2000)
    for folder in ("a", "b"):
        writer = StreamedWriter(tmp_path / folder, cloud(2000))
        writer.add(cloud(2000), weights)
        writer.finish()
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_ten_million_splats_need_a_short_document():
    """Counted with a writer's own leaves and tiles, without writing the splats."""
    counts = np.full(streamed.MOST_LEAVES, -(-10_000_000 // streamed.MOST_LEAVES))
    tile_splats = int(np.clip(-(-10_000_000 // streamed.MOST_TILES), 65_536, 262_144))
    tiles = [len(streamed._tiles((counts * share).astype(int), tile_splats)) for share in (1, 0.7, 0.4, 0.1)]
    assert tiles == [64, 45, 26, 7]
    corner = [-1234.5678] * 3
    span = {str(level): {"file": 142, "offset": 156_250, "count": 156_250} for level in range(4)}
    leaf = len(json.dumps({"bound": {"min": corner, "max": corner}, "lods": span}))
    inner = len(json.dumps({"bound": {"min": corner, "max": corner}, "children": []}))
    names = sum(tiles) * len('"0_142.sog",')
    assert streamed.MOST_LEAVES * (leaf + inner) + names < 80_000


NO_SUCH_FILE = '{"version": 1, "filenames": [], "tree": {"lods": {"0": {"file": 3}}}}'


@pytest.mark.parametrize("text", ["{", "{}", '{"version": 2}', NO_SUCH_FILE])
def test_a_damaged_document_is_refused(tmp_path, text):
    path = tmp_path / "lod-meta.json"
    path.write_text(text)
    with pytest.raises(UnreadableSplats):
        read_streamed(path)


def test_a_level_that_is_not_there_is_refused(tmp_path):
    path, _ = written(tmp_path, cloud(500))
    with pytest.raises(UnreadableSplats, match="level 7"):
        read_streamed(path, 7)


@pytest.mark.slow
@needed
def test_playcanvas_own_tool_reads_the_same_splats(tmp_path):
    scene = cloud(2000, 1)
    path, _ = written(tmp_path / "loose", scene, loose=True)
    written_by_playcanvas(path, tmp_path / "theirs.ply", "--select-lod", "0")
    theirs, ours = read_ply(tmp_path / "theirs.ply"), read_streamed(path)
    inside = ours.select(torch.arange(len(scene)))
    again = in_order_of(inside, theirs)
    for name in ("means", "quats", "log_scales", "opacity_logits", "sh"):
        assert torch.allclose(getattr(inside, name), getattr(again, name), atol=1e-5), name


@pytest.mark.slow
@needed
def test_playcanvas_own_tool_reads_a_tile_in_one_file(tmp_path):
    _, made = written(tmp_path, cloud(1000, 1))
    written_by_playcanvas(tmp_path / made[0].files[0], tmp_path / "theirs.ply")
    assert len(read_ply(tmp_path / "theirs.ply")) == len(read_sog(tmp_path / made[0].files[0]))
