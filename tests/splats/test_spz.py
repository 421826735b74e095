import gzip
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from splats.errors import UnreadableSplats
from splats.scene import SplatScene, empty_scene
from splats.spz import HEADER, fractional_bits, read_spz, write_spz
from tests.splats.clouds import apart_deg, assert_same_look, cloud, there_and_back
from tests.splats.playcanvas import needed, read_by_playcanvas


def back(tmp_path: Path, scene: SplatScene) -> SplatScene:
    return there_and_back(tmp_path / "scene.spz", scene, write_spz, read_spz)


@pytest.mark.parametrize("sh_degree", [0, 1, 2, 3])
def test_what_comes_back_is_as_near_as_the_bytes_allow(tmp_path: Path, sh_degree: int) -> None:
    scene = cloud(sh_degree=sh_degree)
    read = back(tmp_path, scene)
    half_steps = 0.5 / 2 ** fractional_bits(scene.means.double().numpy())
    assert (read.means - scene.means).abs().max() <= half_steps + 1e-6
    assert (read.log_scales - scene.log_scales).abs().max() <= 0.5 / 16 + 1e-6
    assert (read.opacities - scene.opacities).abs().max() <= 0.5 / 255 + 1e-6
    assert apart_deg(read.quats, scene.quats).max() < 0.3
    assert (read.sh[:, 0] - scene.sh[:, 0]).abs().max() <= 0.5 / 255 / 0.15 + 1e-6
    rest = (read.sh[:, 1:] - scene.sh[:, 1:]).abs()
    assert rest.numel() == 0 or (rest[:, :3].max() <= 4.01 / 128 and rest.max() <= 8.01 / 128)


def test_harmonics_beyond_one_are_cut_off_not_wrapped_round(tmp_path: Path) -> None:
    scene = cloud(count=1, sh_degree=1)
    scene.sh[0, 1:] = torch.tensor([[5.0, -5.0, 0.0]])
    assert back(tmp_path, scene).sh[0, 1].tolist() == [pytest.approx(127 / 128), -1.0, 0.0]


def test_equal_scenes_give_equal_bytes(tmp_path: Path) -> None:
    write_spz(tmp_path / "a.spz", cloud())
    write_spz(tmp_path / "b.spz", cloud())
    assert (tmp_path / "a.spz").read_bytes() == (tmp_path / "b.spz").read_bytes()


@given(st.floats(1e-3, 1e6), st.integers(0, 9))
def test_no_position_leaves_its_24_bits(distance: float, seed: int) -> None:
    means = np.random.default_rng(seed).uniform(-distance, distance, (50, 3))
    assert np.abs(means).max() * 2.0 ** fractional_bits(means) < 1 << 23


def test_a_scene_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too far off"):
        fractional_bits(np.full((1, 3), 1e9))


def test_an_empty_scene_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without splats"):
        write_spz(tmp_path / "none.spz", empty_scene())


@settings(max_examples=30)
@given(st.binary(max_size=60), st.booleans())
def test_what_is_no_such_file_is_said_to_be_none(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, zipped: bool
) -> None:
    path = tmp_path_factory.mktemp("spz") / "scene.spz"
    path.write_bytes(gzip.compress(data) if zipped else data)
    with pytest.raises(UnreadableSplats):
        read_spz(path)


def test_a_file_that_ends_early_or_is_of_another_version_is_refused(tmp_path: Path) -> None:
    write_spz(tmp_path / "whole.spz", cloud())
    body = gzip.decompress((tmp_path / "whole.spz").read_bytes())
    (tmp_path / "part.spz").write_bytes(gzip.compress(body[:-1]))
    with pytest.raises(UnreadableSplats, match="ends before"):
        read_spz(tmp_path / "part.spz")
    magic, _, *rest = HEADER.unpack_from(body)
    (tmp_path / "old.spz").write_bytes(gzip.compress(HEADER.pack(magic, 1, *rest) + body[HEADER.size :]))
    with pytest.raises(UnreadableSplats, match="version 1"):
        read_spz(tmp_path / "old.spz")


@pytest.mark.slow
@needed
@pytest.mark.parametrize("sh_degree", [0, 3])
def test_playcanvas_own_tool_reads_the_same_splats(tmp_path: Path, sh_degree: int) -> None:
    path = tmp_path / "scene.spz"
    write_spz(path, cloud(2000, sh_degree))
    assert_same_look(read_spz(path), read_by_playcanvas(path))
