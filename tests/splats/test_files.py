from pathlib import Path

import pytest
import torch

from splats.errors import UnreadableSplats
from splats.files import FORMATS, format_of, main
from splats.ply import write_ply
from tests.splats.clouds import cloud, in_order_of


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_keeps_a_scene_recognisable(tmp_path: Path, ending: str) -> None:
    scene = cloud(300, 1)
    path = tmp_path / f"scene{ending}"
    format_of(path).write(path, scene)
    read = in_order_of(scene, format_of(path).read(path))
    assert read.sh_degree == 1
    assert torch.allclose(read.means, scene.means, atol=0.02)
    assert torch.allclose(read.opacities, scene.opacities, atol=0.01)
    assert torch.allclose(read.base_colors, scene.base_colors, atol=0.02)


def test_an_unknown_ending_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSplats) as found:
        format_of(tmp_path / "scene.obj")
    assert ".spz" in found.value.advice


def test_the_command_writes_a_scene_in_another_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_ply(tmp_path / "scene.ply", cloud(100, 0))
    assert main([str(tmp_path / "scene.ply"), str(tmp_path / "scene.spz")]) == 0
    assert "100 splats" in capsys.readouterr().out
    assert len(format_of(tmp_path / "scene.spz").read(tmp_path / "scene.spz")) == 100


def test_the_command_says_what_is_wrong_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scene.ply").write_text("not splats")
    assert main([str(tmp_path / "scene.ply"), str(tmp_path / "scene.sog")]) == 1
    assert "is not a PLY file" in capsys.readouterr().err
