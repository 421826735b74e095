"""SOG files: what is lost, what isn't, and that others can read them."""

import io
import json
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from splats.errors import UnreadableSplats
from splats.scene import empty_scene
from splats.seen_harmonics import add_products, no_products
from splats.sog import decode_rotations, encode_rotations, read_sog, write_sog
from tests.splats.clouds import cloud, in_order_of
from tests.splats.playcanvas import needed, read_by_playcanvas
from tests.splats.reference import rotations, spherical_harmonics


def matched(path, scene):
    """The file's splats in the scene's order."""
    return in_order_of(scene, read_sog(path))


def written(tmp_path, scene, **settings):
    path = tmp_path / "scene.sog"
    write_sog(path, scene, **settings)
    return path


@given(st.integers(1, 300), st.sampled_from([0.01, 1.0, 100.0]), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_positions_are_as_exact_as_16_bits_of_the_folded_range(tmp_path_factory, count, spread, seed):
    scene = cloud(count, 0, seed, spread)
    read = read_sog(written(tmp_path_factory.mktemp("sog"), scene))

    def folded(means):
        values = means.double()
        return values.sign() * values.abs().log1p()

    wanted = folded(scene.means)
    half_step = (wanted.max(dim=0).values - wanted.min(dim=0).values) / 65535 / 2
    gap = (folded(read.means)[None] - wanted[:, None]).abs() - half_step
    assert (gap.amax(dim=2).amin(dim=1) <= 1e-6).all()


def test_opacity_is_exact_to_half_of_one_in_255(tmp_path):
    scene = cloud()
    read = matched(written(tmp_path, scene), scene)
    assert (read.opacities - scene.opacities).abs().max() <= 0.5 / 255 + 1e-6


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_rotations_are_within_a_degree(seed):
    quats = np.random.default_rng(seed).normal(size=(200, 4))
    read = decode_rotations(encode_rotations(quats))
    unit = quats / np.linalg.norm(quats, axis=1, keepdims=True)
    cosine = np.abs((unit * read).sum(axis=1)).clip(0, 1)
    assert np.degrees(2 * np.arccos(cosine)).max() < 1.0
    assert np.allclose(np.linalg.norm(read, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("axis", range(4))
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_rotation_about_one_axis_alone_is_kept(axis, sign):
    quat = sign * np.eye(4)[axis : axis + 1]
    read = decode_rotations(encode_rotations(quat))
    assert abs((quat * read).sum()) > 0.9999


def test_a_rotation_of_no_length_is_no_rotation():
    assert decode_rotations(encode_rotations(np.zeros((1, 4))))[0, 0] > 0.9999


def test_scales_and_colours_are_those_of_a_codebook_of_256(tmp_path):
    scene = cloud(4000)
    read = matched(written(tmp_path, scene), scene)
    sizes, wanted = (each.log_scales.sort(dim=1).values for each in (read, scene))  # axes may be named anew
    assert (sizes - wanted).abs().mean() < 0.01
    assert (read.sh[:, 0] - scene.sh[:, 0]).abs().mean() < 0.002
    assert len(read.log_scales.unique()) <= 256
    assert len(read.sh[:, 0].unique()) <= 256


@pytest.mark.parametrize("sh_degree", [0, 1, 2, 3])
def test_every_degree_of_harmonics_comes_back(tmp_path, sh_degree):
    scene = cloud(300, sh_degree)
    read = matched(written(tmp_path, scene, palette_entries=1024), scene)
    assert read.sh.shape == scene.sh.shape
    assert (read.sh - scene.sh).abs().max() < 0.06


def test_harmonics_share_a_palette_no_larger_than_asked(tmp_path):
    path = written(tmp_path, cloud(2000, 1), palette_entries=100)
    assert len(read_sog(path).sh[:, 1:].flatten(1).unique(dim=0)) <= 100


def test_a_single_splat_is_kept(tmp_path):
    scene = cloud(1, 3)
    read = read_sog(written(tmp_path, scene))
    assert torch.allclose(read.means, scene.means, atol=1e-5)
    assert torch.allclose(read.sh, scene.sh, atol=1e-5)


def test_splats_lie_in_the_file_near_their_neighbours(tmp_path):
    scene = cloud(3000, 0)
    read = read_sog(written(tmp_path, scene))
    steps = torch.linalg.norm(read.means.diff(dim=0), dim=1).mean()
    assert steps < torch.linalg.norm(scene.means.diff(dim=0), dim=1).mean() / 3


def test_equal_scenes_give_equal_files(tmp_path):
    files = [tmp_path / name for name in ("first.sog", "second.sog")]
    for file in files:
        write_sog(file, cloud(400, 3))
    assert files[0].read_bytes() == files[1].read_bytes()


def test_an_unpacked_file_reads_the_same(tmp_path):
    path = written(tmp_path, cloud(50))
    folder = tmp_path / "unpacked"
    zipfile.ZipFile(path).extractall(folder)
    assert torch.equal(read_sog(folder).means, read_sog(path).means)


def test_the_file_has_the_members_of_the_specification(tmp_path):
    path = written(tmp_path, cloud(100, 1), antialiased=True)
    archive = zipfile.ZipFile(path)
    meta = json.loads(archive.read("meta.json"))
    assert meta["version"] == 2
    assert meta["antialias"] is True
    assert meta["shN"]["bands"] == 1
    assert [len(meta[part]["codebook"]) for part in ("scales", "sh0", "shN")] == [256] * 3
    files = [name for part in meta.values() if isinstance(part, dict) for name in part.get("files", [])]
    assert sorted(["meta.json", *files]) == sorted(archive.namelist())
    assert all(archive.read(name)[8:16] == b"WEBPVP8L" for name in files)
    palette = Image.open(io.BytesIO(archive.read("shN_centroids.webp")))
    assert palette.width == 64 * 3


def test_an_empty_scene_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="without splats"):
        write_sog(tmp_path / "scene.sog", empty_scene())


def test_numbers_that_are_not_finite_are_not_written(tmp_path):
    scene = cloud(10)
    scene.means[3, 1] = float("nan")
    with pytest.raises(ValueError, match="means"):
        write_sog(tmp_path / "scene.sog", scene)


def changed(path, name, change):
    """The file with one member changed, or left out where `change` gives None."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    data = change(members.pop(name))
    if data is not None:
        members[name] = data
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def with_meta(**values):
    return lambda data: json.dumps(json.loads(data) | values).encode()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("meta.json", lambda data: None, "no meta.json"),
        ("meta.json", with_meta(version=3), "version 3"),
        ("meta.json", with_meta(count=10**6), "pixels for 1000000"),
        ("meta.json", lambda data: b"{", "damaged"),
        ("meta.json", with_meta(means={}), "damaged"),
        ("quats.webp", lambda data: None, "no quats.webp"),
        ("scales.webp", lambda data: data[:40], "damaged"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, name, change, words):
    path = changed(written(tmp_path, cloud(60)), name, change)
    with pytest.raises(UnreadableSplats, match=words):
        read_sog(path)


def test_a_file_that_is_no_zip_is_refused(tmp_path):
    path = tmp_path / "scene.sog"
    path.write_bytes(b"ply\n")
    with pytest.raises(UnreadableSplats, match="zip"):
        read_sog(path)


@pytest.mark.slow
@needed
@pytest.mark.parametrize("sh_degree", [0, 1, 2, 3])
def test_playcanvas_own_tool_reads_the_same_splats(tmp_path, sh_degree):
    path = written(tmp_path, cloud(2000, sh_degree))
    ours, read = read_sog(path), read_by_playcanvas(path)
    for name in ("means", "quats", "log_scales", "opacity_logits", "sh"):
        assert torch.allclose(getattr(ours, name), getattr(read, name), atol=1e-5), name


def test_weights_let_positions_be_coarser_but_no_more_than_hardly_shows(tmp_path):
    scene = cloud(3000, 0)
    weights = np.random.default_rng(1).exponential(size=3000)
    path = written(tmp_path, scene, weights=weights)
    read = matched(path, scene)
    exact = tmp_path / "exact.sog"
    write_sog(exact, scene)
    assert path.stat().st_size < exact.stat().st_size
    extents = scene.scales.median(dim=1).values
    cell = (scene.means.abs().amax() * 2 + 1) / 65535 * 20
    assert ((read.means - scene.means).abs().amax(dim=1) <= 0.8 * extents / 2 + cell).all()
    assert (read.opacities - scene.opacities).abs().max() <= 8.5 / 255 + 1e-6


def test_a_part_of_a_scene_is_as_exact_as_it_would_be_in_the_whole(tmp_path):
    scene, weights = cloud(2000, 0), np.full(2000, 0.01)
    alone = written(tmp_path, scene, weights=weights).stat().st_size
    as_a_part = written(tmp_path, scene, weights=weights, usual_weight=1.0).stat().st_size
    assert as_a_part < 0.95 * alone


def test_splats_of_a_leaf_stay_together(tmp_path):
    scene = cloud(600, 0)
    leaves = np.random.default_rng(0).integers(0, 3, 600)
    read = read_sog(written(tmp_path, scene, leaves=leaves))
    nearest = torch.cdist(read.means.double(), scene.means.double()).argmin(dim=1)
    assert leaves[nearest.numpy()].tolist() == sorted(leaves.tolist())


def test_loose_files_say_the_same(tmp_path):
    scene = cloud(300)
    loose = tmp_path / "loose"
    loose.mkdir()
    write_sog(loose / "meta.json", scene)
    one = read_sog(written(tmp_path, scene))
    assert torch.equal(read_sog(loose).means, one.means)
    assert torch.equal(read_sog(loose).sh, one.sh)


def test_a_splat_s_own_colour_makes_up_for_its_palette_where_it_is_seen(tmp_path):
    scene = cloud(800, 2)
    away = torch.nn.functional.normalize(
        torch.randn(800, 3, generator=torch.Generator().manual_seed(1)), dim=1
    )
    seen = spherical_harmonics(away, 2)
    wanted = torch.einsum("nk,nkc->nc", seen, scene.sh)
    errors = []
    products = no_products(800, 2, seen.device)
    add_products(products, torch.ones(800), seen)
    for harmonics in (None, products.numpy()):
        path = written(tmp_path, scene, palette_entries=64, harmonics_seen=harmonics)
        errors.append((torch.einsum("nk,nkc->nc", seen, matched(path, scene).sh) - wanted).abs().max())
    assert errors[1] < 0.02
    assert errors[0] > 10 * errors[1]


def test_weights_let_rotations_be_coarser_where_splats_are_round(tmp_path):
    scene = cloud(2000, 0)
    scene.log_scales[:1000] = scene.log_scales[:1000, :1]
    scene.log_scales[1000:] += torch.tensor([3.0, 0.0, 0.0])
    read = matched(written(tmp_path, scene, weights=np.ones(2000)), scene)

    def covariances(splats):
        turned = rotations(splats.quats) * splats.scales[:, None]
        return turned @ turned.transpose(1, 2)

    wanted = covariances(scene)
    error = (covariances(read) - wanted).flatten(1).norm(dim=1) / wanted.flatten(1).norm(dim=1)
    assert error.median() < 0.15
    assert error.quantile(0.99) < 0.5
