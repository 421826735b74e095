"""What tests of the scene container share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import sample_frames
from diorama.tours.stages import SampleFramesParams, SampleFramesReport
from tests.stages import Told

Sample = Callable[..., SampleFramesReport]
SMALL = {"min_height_px": 100, "min_fps": 0.5, "min_duration_s": 0, "min_frames": 4}


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """The stage's input folder; tests put files into `inputs / "video"`."""
    (tmp_path / "in" / "video").mkdir(parents=True)
    return tmp_path / "in"


@pytest.fixture
def sample(inputs: Path, outputs: Path, told: Told) -> Sample:
    """Runs sample_frames on `inputs` with small limits, changed as asked."""

    def run(**changes: object) -> SampleFramesReport:
        params = SampleFramesParams.model_validate({**SMALL, **changes})
        return sample_frames.run(inputs, outputs, params, told)

    return run


@pytest.fixture(scope="session")
def tours_data() -> Path:
    """Real clips, where they are: `DIORAMA_TEST_DATA`, or `shared/data` beside the checkout."""
    root = Path(os.environ.get("DIORAMA_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
    if not (root / "tours").is_dir():
        pytest.skip("no real clips here: set DIORAMA_TEST_DATA to a folder with tours/")
    return root / "tours"
