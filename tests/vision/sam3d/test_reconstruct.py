"""SAM 3D Objects' adapter against a tiny package of the same call shapes. The real one was never run here."""

import os
from pathlib import Path

import numpy as np
import pytest

from diorama.errors import StageError
from sam3d.installed import find_sam3d, part_sizes
from sam3d.reconstruct import Bytes, Reconstruction, reconstruct
from tests.vision.sam3d.fake_package import write_checkpoints, write_package

GB = 10**9


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_package(tmp_path / "package")
    paths = [str(folder), str(Path(__file__).parents[3] / "layers" / "splats")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    return folder


def made(folder: Path, free_gb: float = 80) -> Reconstruction:
    """Of a cut-out half as wide as high."""
    photo: Bytes = np.full((100, 120, 3), 90, np.uint8)
    mask: Bytes = np.zeros((100, 120), np.uint8)
    mask[10:90, 40:80] = 255
    return reconstruct(folder, photo, mask, "fast", 1, int(free_gb * GB), device="cpu")


def refusal(folder: Path, free_gb: float = 80) -> StageError:
    with pytest.raises(StageError) as caught:
        made(folder, free_gb)
    return caught.value


@pytest.mark.slow
@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("free_gb", [80, 22], ids=["together", "in turn"])
def test_an_object_stands_in_our_frame_turned_to_the_camera(tmp_path: Path, free_gb: float) -> None:
    found = made(write_checkpoints(tmp_path / "sam3d"), free_gb)
    assert found.vertices.min(axis=0) == pytest.approx([-0.125, 0, -0.25])
    assert found.vertices.max(axis=0) == pytest.approx([0.125, 1, 0.25])
    assert found.faces.shape == (12, 3)
    assert (found.colours[found.vertices[:, 2] > 0] == 200).all()
    assert (found.colours[found.vertices[:, 2] < 0] == 50).all()
    corners = found.vertices[np.lexsort(found.vertices.round(3).T)]
    means = found.splats.means.double().numpy()
    assert means[np.lexsort(means.round(3).T)] == pytest.approx(corners, abs=1e-5)
    # The box is 0.8 / 1.2 high there and 1 here.
    assert found.splats.scales[0].tolist() == pytest.approx([np.exp(-3) * 1.5] * 3, rel=1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("package")
def test_memory_that_runs_out_is_told_with_what_helps(tmp_path: Path) -> None:
    error = refusal(write_checkpoints(tmp_path / "sam3d", fails="memory"), 22)
    assert error.stable_code == "gpu_too_small"
    assert "as it turned out" in error.message
    assert "VisionInstanceType" in error.advice


@pytest.mark.slow
def test_a_package_that_is_not_there_is_told(tmp_path: Path) -> None:
    error = refusal(write_checkpoints(tmp_path / "sam3d"))
    assert error.stable_code == "unusable_weights"
    assert "sam3d_objects" in error.message


@pytest.mark.slow
@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("target", ["os.system", "torch.os.system"])
def test_a_configuration_that_names_other_things_is_not_followed(tmp_path: Path, target: str) -> None:
    folder = write_checkpoints(
        tmp_path / "sam3d", extra={"_target_": target, "command": f"touch {tmp_path}/done"}
    )
    with pytest.raises(RuntimeError, match="ended with 1"):
        made(folder)
    assert not (tmp_path / "done").exists()


def test_a_gpu_that_is_too_small_is_told_before_anything_starts(tmp_path: Path) -> None:
    assert refusal(write_checkpoints(tmp_path / "sam3d"), 7).stable_code == "gpu_too_small"


def test_weights_with_files_missing_are_refused(tmp_path: Path) -> None:
    folder = write_checkpoints(tmp_path / "sam3d")
    (folder / "slat_generator.ckpt").unlink()
    assert refusal(folder).stable_code == "unusable_weights"


def test_weights_are_found_beside_others(tmp_path: Path) -> None:
    assert find_sam3d(tmp_path) is None
    folder = write_checkpoints(tmp_path / "sam3d")
    assert find_sam3d(tmp_path) == folder == find_sam3d(folder)
    assert part_sizes(folder)["ss_generator"] == len('"ss_generator"')
