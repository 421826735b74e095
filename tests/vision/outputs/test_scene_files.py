"""All objects of a photo in one scene."""

from pathlib import Path

import numpy as np
import trimesh

from outputs.scene_files import write_scene
from shapes.layout import Place
from splats.files import format_of
from tests.vision.outputs.bodies import made

PLACES = (Place((-1.0, 0.0, 0.5), 1.0), Place((2.0, 0.25, -3.0), 0.5))


def test_every_object_is_in_it_at_its_place_and_in_its_size(tmp_path: Path) -> None:
    one = made()
    write_scene(tmp_path, PLACES, [one.splats, one.splats], {"chair": one.web, "lamp": one.web})
    scene = trimesh.load(tmp_path / "mesh.glb", process=False)
    assert set(scene.geometry) == {"chair", "lamp"}
    own = np.asarray(one.web.bounds)
    for mesh, place in zip(scene.geometry.values(), PLACES, strict=True):
        assert np.allclose(mesh.bounds, own * place.scale + place.placed_at, atol=1e-5)
    count, means = len(one.splats), one.splats.means.numpy()
    together = format_of(tmp_path / "splats.ply").read(tmp_path / "splats.ply")
    assert len(together) == 2 * count
    for at, place in enumerate(PLACES):
        part = slice(at * count, (at + 1) * count)
        assert np.allclose(together.means[part], means * place.scale + place.placed_at, atol=1e-5)
        shrunk = one.splats.scales.numpy() * place.scale
        assert np.allclose(together.scales[part], shrunk, rtol=1e-4)
    assert len(format_of(tmp_path / "splats.sog").read(tmp_path / "splats.sog")) == 2 * count
