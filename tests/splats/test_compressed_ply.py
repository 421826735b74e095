from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from splats.compressed_ply import read_compressed_ply, write_compressed_ply
from splats.errors import UnreadableSplats
from splats.ply import write_ply
from splats.scene import SplatScene
from tests.splats.clouds import apart_deg, assert_same_look, cloud, there_and_back
from tests.splats.playcanvas import needed, read_by_playcanvas


def back(tmp_path: Path, scene: SplatScene) -> SplatScene:
    path = tmp_path / "scene.compressed.ply"
    return there_and_back(path, scene, write_compressed_ply, read_compressed_ply)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(count=st.sampled_from([1, 2, 255, 256, 257, 700]), sh_degree=st.integers(0, 3))
def test_what_comes_back_is_as_near_as_the_ranges_allow(tmp_path: Path, count: int, sh_degree: int) -> None:
    scene = cloud(count, sh_degree)
    read = back(tmp_path, scene)
    span = scene.means.amax(0) - scene.means.amin(0)
    assert ((read.means - scene.means).abs() <= span / 1023 / 2 + 1e-6).all()
    spread = scene.log_scales.amax(0) - scene.log_scales.amin(0)
    assert ((read.log_scales - scene.log_scales).abs() <= spread / 1023 / 2 + 1e-5).all()
    assert (read.opacities - scene.opacities).abs().max() <= 0.5 / 255 + 1e-6
    assert apart_deg(read.quats, scene.quats).max() < 0.3
    assert (read.base_colors - scene.base_colors).abs().max() <= 0.01
    assert read.sh.shape == scene.sh.shape
    assert sh_degree == 0 or (read.sh[:, 1:] - scene.sh[:, 1:]).abs().max() <= 8 / 256


def test_a_splat_takes_16_bytes_and_one_for_each_harmonic(tmp_path: Path) -> None:
    sizes = {}
    for degree in (0, 3):
        for count in (2560, 5120):
            write_compressed_ply(tmp_path / "a.ply", cloud(count, degree))
            sizes[degree, count] = (tmp_path / "a.ply").stat().st_size
    assert (sizes[0, 5120] - sizes[0, 2560]) / 2560 == 16 + 72 / 256
    assert (sizes[3, 5120] - sizes[3, 2560]) / 2560 == 16 + 45 + 72 / 256


def test_a_plain_ply_is_not_taken_for_a_compressed_one(tmp_path: Path) -> None:
    write_ply(tmp_path / "plain.ply", cloud())
    with pytest.raises(UnreadableSplats, match="not a compressed PLY"):
        read_compressed_ply(tmp_path / "plain.ply")


def test_a_file_that_ends_early_is_refused(tmp_path: Path) -> None:
    write_compressed_ply(tmp_path / "a.ply", cloud())
    (tmp_path / "b.ply").write_bytes((tmp_path / "a.ply").read_bytes()[:-1])
    with pytest.raises(UnreadableSplats, match="ends before"):
        read_compressed_ply(tmp_path / "b.ply")


@pytest.mark.slow
@needed
@pytest.mark.parametrize("sh_degree", [0, 3])
def test_playcanvas_own_tool_reads_the_same_splats(tmp_path: Path, sh_degree: int) -> None:
    path = tmp_path / "scene.compressed.ply"
    write_compressed_ply(path, cloud(2000, sh_degree))
    assert_same_look(read_compressed_ply(path), read_by_playcanvas(path))
