"""How a SOG file's splats look: read, changed, written into the same file."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest

from splats.sog import OPACITY_STEP, read_sog, write_sog
from splats.sog_looks import read_looks, write_looks
from tests.splats.clouds import cloud


@pytest.fixture(params=[0, 1, 3])
def path(request, tmp_path):
    path = tmp_path / "scene.sog"
    write_sog(path, cloud(400, request.param, 3))
    return path


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_looks_are_those_of_the_scene_in_the_file_s_order(path):
    scene, looks = read_sog(path), read_looks(path)
    assert looks.sh0 == pytest.approx(scene.sh[:, 0].numpy())
    assert looks.opacities == pytest.approx(scene.opacities.numpy(), abs=1e-5)
    assert looks.entries[looks.labels] == pytest.approx(scene.sh[:, 1:].numpy())


def test_new_looks_are_in_the_file_as_exactly_as_its_steps_allow(path):
    looks = read_looks(path)
    wanted = replace(
        looks, sh0=looks.sh0 * 0.5, opacities=1 - looks.opacities, entries=looks.entries[::-1].copy()
    )
    write_looks(path, wanted, fineness=8)
    read = read_sog(path)
    assert read.sh[:, 0].numpy() == pytest.approx(wanted.sh0, abs=0.02)
    assert read.opacities.numpy() == pytest.approx(wanted.opacities, abs=OPACITY_STEP / 8 / 255)
    assert read.sh[:, 1:].numpy() == pytest.approx(wanted.entries[wanted.labels], abs=0.03)


def test_places_shapes_and_labels_stay_to_the_byte(path):
    before = members(path)
    looks = read_looks(path)
    write_looks(path, replace(looks, sh0=looks.sh0 + 0.1))
    after = members(path)
    same = {name for name in before if before[name] == after[name]}
    assert list(before) == list(after)
    assert {"means_l.webp", "means_u.webp", "quats.webp", "scales.webp"} <= same
    assert ("shN_labels.webp" in same) == ("shN_labels.webp" in before)
    assert "sh0.webp" not in same


def test_members_beside_a_meta_json_can_be_changed_too(tmp_path):
    loose = tmp_path / "meta.json"
    write_sog(loose, cloud(100, 1, 5))
    looks = read_looks(loose)
    write_looks(loose, replace(looks, opacities=np.zeros_like(looks.opacities)))
    assert read_sog(tmp_path).opacities.max() < 0.01
