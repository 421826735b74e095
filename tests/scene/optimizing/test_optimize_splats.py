"""The stage: from a trained model to levels of detail with their certificates."""

import json
import shutil

import pytest
import torch

import optimize_splats
from diorama.errors import StageError
from diorama.tours.stages import OptimizeSplatsParams
from optimizing.level_file import read_levels
from splats.ply import read_ply, write_ply
from splats.sog import read_sog
from tests.scene.room import save_model, splats_at, together
from training.backdrop import NAME as BACKDROP

QUICK = OptimizeSplatsParams(looked_at_side_px=96, refined_side_px=96, refine_steps=10)


def ignore(percent, message, **metrics):
    """Progress of no interest."""


@pytest.fixture(scope="module")
def done(known, tmp_path_factory):
    """One run on the room: its outputs and its report."""
    outputs = tmp_path_factory.mktemp("optimized")
    return outputs, optimize_splats.run(known.inputs, outputs, QUICK, ignore)


def test_levels_get_smaller_and_lose_more(done):
    outputs, report = done
    sizes = [level.bytes for level in report.levels]
    assert [level.name for level in report.levels] == ["full", "medium", "low", "thumbnail"]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes == [(outputs / "levels" / f"{level.name}.sog").stat().st_size for level in report.levels]
    assert report.levels[0].psnr > 36  # the model itself is perfect here
    assert report.levels[-1].psnr < report.levels[0].psnr


def test_levels_json_says_what_the_files_are(done):
    outputs, report = done
    made = read_levels(outputs)
    assert [(level.name, level.bytes, level.psnr) for level in made.levels] == [
        (level.name, level.bytes, level.psnr) for level in report.levels
    ]
    for level in made.levels:
        scene = read_sog(outputs / level.file)
        assert (len(scene), scene.sh_degree) == (level.splats, level.sh_degree)
    assert made.trained.psnr == report.psnr
    assert made.levels[-1].psnr > made.levels[-1].psnr_cut + 0.5
    assert made.coverage is not None
    assert max(made.coverage.seen_percent) > 50
    assert made.held_out == ("00000.png", "00008.png", "00016.png")


def test_bounds_hold_the_room(done, known):
    made = read_levels(done[0])
    assert all(-0.1 < low < 0.5 for low in made.robust.min)
    assert all(2 < high < 4.1 for high in made.robust.max[::2])
    full = read_ply(done[0] / "full.ply")
    assert made.full.min == pytest.approx(full.means.amin(dim=0).tolist(), abs=1e-5)


def test_a_level_that_loses_much_is_warned_of(done):
    _, report = done
    lossy = [level.name for level in report.levels if level.loss_db > 1]
    assert len(report.warnings) == len(lossy)
    assert all(name in sentence for name, sentence in zip(lossy, report.warnings, strict=True))


def test_what_was_planted_is_culled_and_counted(known, copied, tmp_path):
    pose = known.views[3].world_from_camera
    floater = tuple((pose[:3, 3] + 0.25 * pose[:3, 2]).tolist())
    broken = splats_at([(1.0, 1.0, 1.0)], float("nan"))
    scene = together(known.scene, splats_at([floater], 0.004), splats_at([(0.0, 900.0, 0.0)], 0.1), broken)
    save_model(copied, scene)
    report = optimize_splats.run(copied, tmp_path / "out", QUICK, ignore)
    kept = read_ply(tmp_path / "out" / "full.ply")
    assert report.culled["floaters"] == 1
    assert report.culled["outliers"] == 2
    assert report.splats == len(kept) == len(scene) - sum(report.culled.values())
    assert kept.means.isfinite().all()
    assert kept.means.max() < 5


def test_held_out_photos_judge_and_nothing_else(known, done, copied, tmp_path):
    save_model(copied, known.scene)
    (copied / "frames").unlink()
    shutil.copytree(known.inputs / "frames", copied / "frames")
    for name in ("00000.png", "00008.png", "00016.png"):
        shutil.copyfile(copied / "frames/images/00003.png", copied / "frames/images" / name)
    report = optimize_splats.run(copied, tmp_path / "out", QUICK, ignore)
    assert report.psnr < done[1].psnr - 3
    for level in ("full", "low", "thumbnail"):
        path = f"levels/{level}.sog"
        assert (tmp_path / "out" / path).read_bytes() == (done[0] / path).read_bytes()


def test_equal_input_gives_equal_files(known, done, tmp_path):
    optimize_splats.run(known.inputs, tmp_path, QUICK, ignore)
    for path in ("levels.json", "full.ply", "levels/full.sog", "levels/low.sog"):
        assert (tmp_path / path).read_bytes() == (done[0] / path).read_bytes()


def test_a_missing_model_is_refused(copied, tmp_path):
    with pytest.raises(StageError, match="can't be read") as refused:
        optimize_splats.run(copied, tmp_path / "out", QUICK, ignore)
    assert refused.value.stable_code == "no_model"


def test_a_model_with_hardly_a_splat_is_refused(copied, tmp_path):
    save_model(copied, splats_at([(1.0, 1.0, 1.0)], 0.1))
    with pytest.raises(StageError, match="1 splats") as refused:
        optimize_splats.run(copied, tmp_path / "out", QUICK, ignore)
    assert refused.value.stable_code == "empty_model"


def test_a_model_of_another_capture_is_refused(known, copied, tmp_path):
    elsewhere = known.scene.select(torch.arange(100))
    elsewhere.means[:] += 1000
    save_model(copied, elsewhere)
    with pytest.raises(StageError, match="seen") as refused:
        optimize_splats.run(copied, tmp_path / "out", QUICK, ignore)
    assert refused.value.stable_code == "nothing_seen"


@pytest.mark.parametrize(
    ("change", "code"), [({"schema": 2}, "unknown_levels"), ({"levels": [{}]}, "no_levels")]
)
def test_levels_of_another_kind_are_not_read(done, tmp_path, change, code):
    document = json.loads((done[0] / "levels.json").read_text()) | change
    (tmp_path / "levels.json").write_text(json.dumps(document))
    with pytest.raises(StageError) as refused:
        read_levels(tmp_path)
    assert refused.value.stable_code == code


def test_every_level_has_the_whole_backdrop_and_bounds_do_not_know_of_it(done, known, copied, tmp_path):
    save_model(copied, known.scene)
    shell = splats_at([(30.0, 1.0, 0.0), (-30.0, 1.0, 0.0), (0.0, 31.0, 0.0)], 5.0, opacity=0.9)
    write_ply(copied / "model" / BACKDROP, shell.with_sh_degree(known.scene.sh_degree))
    report = optimize_splats.run(copied, tmp_path / "out", QUICK, ignore)
    assert report.splats == done[1].splats + 3
    for level in report.levels:
        distances = read_sog(tmp_path / "out" / "levels" / f"{level.name}.sog").means.norm(dim=1)
        assert int((distances > 25).sum()) == 3
    made, before = read_levels(tmp_path / "out"), read_levels(done[0])
    assert made.robust == before.robust
    assert made.full == before.full
