import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.request import StageRequest, WorkRequest
from tests.fakes import platform_in

FAKE_STAGE = Path(__file__).parent / "fake_stage.py"


def fake_command(stage: str, folder: Path) -> list[str]:
    return [sys.executable, str(FAKE_STAGE), stage, str(folder)]


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    platform = platform_in(tmp_path)
    platform.store.put("s3://media/raw/p/u/clip.mp4", b"a clip")
    return platform


@pytest.fixture
def request_for() -> Callable[..., WorkRequest]:
    """A request of two stages, the second fed by the first, with the parameters given for each."""

    def make(
        first: JsonObject | None = None, second: JsonObject | None = None, **changes: Any
    ) -> WorkRequest:
        stages = (
            _stage("frames", {"video": "s3://media/raw/p/u/clip.mp4"}, first or {}),
            _stage("poses", {"frames": "stage:frames"}, second or {}),
        )
        request = WorkRequest(
            job_id="job1",
            attempt=1,
            work="job1-1-0",
            project_id="p",
            correlation_id="c",
            topic="events",
            stages=stages,
        )
        return request.model_copy(update=changes)

    return make


def _stage(name: str, inputs: dict[str, str], params: JsonObject) -> StageRequest:
    return StageRequest(
        stage=name,
        key=f"key-{name}",
        inputs=inputs,
        params=params,
        output=f"s3://media/{name}/p/key-{name}/job1-1",
        checkpoint=f"s3://media/checkpoints/p/key-{name}",
    )
