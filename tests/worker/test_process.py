"""The worker as the machines start it: a process, with SageMaker's folders, with the real first stage."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from diorama.ports import JsonObject
from diorama.request import StageRequest, WorkRequest
from diorama.settings import read_settings
from local.environment import local_environment
from local.platform import connect
from local.state import StateFolder
from tests.journey.running_studio import wait_for

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CONTAINERS = ROOT / "sagemaker_containers"
OUTPUT = "s3://media/frames/p/key/job1-1"
LIMITS = {"min_height_px": 480, "min_fps": 0.5, "min_duration_s": 0, "min_frames": 8}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    ours = local_environment(
        {"DIORAMA_BUCKET": "media"}, StateFolder(tmp_path / "state"), "http://127.0.0.1:1"
    )
    path = os.pathsep.join([str(ROOT / "layers/core"), str(ROOT)])
    return {**os.environ, **ours, "PYTHONPATH": path, "TMPDIR": str(tmp_path)}


def request_on(environment: dict[str, str], clip: Path, **params: object) -> WorkRequest:
    """A request for the frames of a clip, which is put into the store."""
    platform = connect(read_settings(environment))
    platform.store.put("s3://media/raw/p/u/room.mp4", clip.read_bytes())
    item = StageRequest(
        stage="sample_frames",
        key="key",
        inputs={"video": "s3://media/raw/p/u/room.mp4"},
        params={**LIMITS, **params},
        output=OUTPUT,
        checkpoint="s3://media/checkpoints/p/key",
    )
    request = WorkRequest(
        job_id="job1", attempt=1, work="w", project_id="p", correlation_id="c", stages=(item,)
    )
    platform.store.put("s3://media/requests/w.json", request.model_dump_json().encode())
    return request


def report_in(environment: dict[str, str]) -> JsonObject:
    report: JsonObject = json.loads(connect(read_settings(environment)).store.get(f"{OUTPUT}/report.json"))
    return report


def training_job(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts what the image's `train` starts, on a folder laid out like /opt/ml."""
    (folder / "input/config").mkdir(parents=True)
    hyperparameters = {"request": "s3://media/requests/w.json"}
    (folder / "input/config/hyperparameters.json").write_text(json.dumps(hyperparameters))
    command = [sys.executable, "-m", "diorama.work", "--sagemaker", str(folder)]
    return subprocess.Popen(command, env=environment, cwd=folder)


def test_a_training_job_reads_its_request_from_the_hyperparameters(
    tmp_path: Path, environment: dict[str, str], short_clip: Path
) -> None:
    request_on(environment, short_clip)
    assert training_job(tmp_path / "ml", environment).wait(60) == 0
    assert report_in(environment)["kept"] >= 10
    assert not list(tmp_path.glob("diorama-work-*")), "nothing temporary is left"


def test_a_refusal_is_no_failure_of_the_training_job(
    tmp_path: Path, environment: dict[str, str], short_clip: Path
) -> None:
    request_on(environment, short_clip, min_frames=500)
    assert training_job(tmp_path / "ml", environment).wait(60) == 0
    assert report_in(environment)["outcome"] == "refused"
    assert not (tmp_path / "ml/output/failure").exists()


def test_a_bug_is_a_failure_with_its_reason_where_sagemaker_looks(
    tmp_path: Path, environment: dict[str, str], short_clip: Path
) -> None:
    request_on(environment, short_clip, no_such_parameter=1)
    assert training_job(tmp_path / "ml", environment).wait(60) == 1
    assert "sample_frames ended with 2" in (tmp_path / "ml/output/failure").read_text()


def test_sigterm_ends_a_training_job_within_ten_seconds(
    tmp_path: Path, environment: dict[str, str], short_clip: Path
) -> None:
    request_on(environment, short_clip, candidates_per_s=30)
    process = training_job(tmp_path / "ml", environment)
    wait_for(lambda: list(tmp_path.glob("diorama-work-*/sample_frames")), within_s=30)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 128 + signal.SIGTERM
    assert time.monotonic() - asked < 10
    assert not list(tmp_path.glob("diorama-work-*"))


@contextmanager
def endpoint(environment: dict[str, str]) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """What the image's `serve` starts, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "diorama.serve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        try:
            wait_for(lambda: _answers(http), within_s=20)
            yield http, process
        finally:
            process.kill()
            process.wait()


def _answers(http: httpx.Client) -> bool:
    try:
        return http.get("/ping").is_success
    except httpx.TransportError:
        return False


def test_an_endpoint_carries_out_requests_and_leaves_on_sigterm(
    environment: dict[str, str], short_clip: Path
) -> None:
    request = request_on(environment, short_clip)
    with endpoint(environment) as (http, process):
        answer = http.post("/invocations", content=request.model_dump_json())
        assert (answer.status_code, answer.json()["ended"]) == (200, "completed")
        assert report_in(environment)["outcome"] == "succeeded"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize("container", sorted(path.name for path in CONTAINERS.iterdir() if path.is_dir()))
@pytest.mark.parametrize(
    ("entry", "module"), [("train", "diorama.work --sagemaker"), ("serve", "diorama.serve")]
)
def test_every_containers_entries_are_the_worker(container: str, entry: str, module: str) -> None:
    script = CONTAINERS / container / entry
    assert os.access(script, os.X_OK)
    assert f"exec python -m {module}\n" in script.read_text()


def test_every_stage_lies_in_the_container_that_the_catalogue_names() -> None:
    from diorama.catalog import STAGES
    from diorama.run import container_folder, run_function

    for stage in STAGES.values():
        assert (container_folder(stage) / f"{stage.name}.py").is_file()
        assert callable(run_function(stage))
