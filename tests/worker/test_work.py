import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from diorama.errors import NotFound
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.request import WorkRequest
from diorama.work import Ended, Worker
from tests.worker.conftest import fake_command

RequestFor = Callable[..., WorkRequest]


def work(platform: Platform, request: WorkRequest, folder: Path) -> Ended:
    folder.mkdir(exist_ok=True)
    return Worker(platform, request, folder, fake_command).work()


def told(platform: Platform) -> list[JsonObject]:
    """Everything the worker published, in order."""
    outbox: Any = platform.outbox
    return [queued.message for queued in outbox.undelivered(limit=100)]


def kinds(platform: Platform) -> list[str]:
    return [message["kind"] for message in told(platform)]


def test_every_stage_runs_and_its_output_lies_in_the_store_with_its_log(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    ended = work(platform, request_for(), tmp_path / "w")
    assert ended == Ended("completed")
    frames = platform.store.get("s3://media/frames/p/key-frames/job1-1/result.txt")
    poses = platform.store.get("s3://media/poses/p/key-poses/job1-1/result.txt")
    assert frames == b"frames of ['video/clip.mp4'] from step 0"
    assert b"'frames/report.json', 'frames/result.txt'" in poses
    log = platform.store.get("s3://media/frames/p/key-frames/job1-1/log.txt")
    assert b"frames begins" in log
    assert b"no progress" in log


def test_what_two_stages_are_given_is_fetched_once(
    platform: Platform, request_for: RequestFor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_for()
    frames, poses = request.stages
    poses = poses.model_copy(update={"inputs": {**poses.inputs, "video": frames.inputs["video"]}})
    fetched: list[str] = []
    fetch = platform.store.fetch_folder

    def counted(uri: str, folder: Path) -> None:
        fetched.append(uri)
        fetch(uri, folder)

    monkeypatch.setattr(platform.store, "fetch_folder", counted)
    work(platform, request.model_copy(update={"stages": (frames, poses)}), tmp_path / "w")
    assert fetched.count(frames.inputs["video"]) == 1
    result = platform.store.get("s3://media/poses/p/key-poses/job1-1/result.txt")
    assert b"'video/clip.mp4'" in result


def test_weights_of_the_machine_are_an_input_of_every_stage(
    request_for: RequestFor, platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "weights" / "sam2").mkdir(parents=True)
    (tmp_path / "weights" / "sam2" / "installed.json").write_text("{}")
    settings = platform.settings.model_copy(update={"weights": str(tmp_path / "weights")})
    work(replace(platform, settings=settings), request_for(), tmp_path / "w")
    result = platform.store.get("s3://media/frames/p/key-frames/job1-1/result.txt")
    assert b"'weights/sam2/installed.json'" in result


def test_each_message_says_whose_it_is_and_which_came_first(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    work(platform, request_for(launch=2), tmp_path / "w")
    messages = told(platform)
    assert kinds(platform) == [
        *["stage_started", "stage_progress", "stage_ended"] * 2,
        "work_ended",
    ]
    first = messages[0]["sequence"]
    assert [(m["launch"], m["sequence"]) for m in messages] == [(2, first + n) for n in range(7)]
    assert {(m["job_id"], m["attempt"]) for m in messages} == {("job1", 1)}
    assert messages[1]["message"] == "half way"


def test_a_refusal_ends_the_work_well_and_the_next_stage_does_not_run(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    ended = work(platform, request_for({"how": "refuse"}), tmp_path / "w")
    assert ended.how == "completed"
    report = json.loads(platform.store.get("s3://media/frames/p/key-frames/job1-1/report.json"))
    assert report["code"] == "too_dark"
    assert not list(platform.store.list("s3://media/poses/"))


def test_a_bug_fails_the_work_and_leaves_its_trace_but_no_report(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    ended = work(platform, request_for({"how": "crash"}), tmp_path / "w")
    assert ended.how == "failed"
    assert b"RuntimeError: a bug" in platform.store.get("s3://media/frames/p/key-frames/job1-1/log.txt")
    with pytest.raises(NotFound):
        platform.store.get("s3://media/frames/p/key-frames/job1-1/report.json")


def test_a_stage_that_is_killed_counts_as_interrupted(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    assert work(platform, request_for({"how": "die"}), tmp_path / "w").how == "interrupted"


def test_a_stage_that_says_so_has_run_out_of_memory(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    ended = work(platform, request_for({"how": "exhaust"}), tmp_path / "w")
    assert ended.how == "out_of_memory"
    assert "frames ended with 3" in ended.reason


def test_a_stage_is_killed_for_memory_where_the_machine_counts_one_more_such_kill(
    platform: Platform, request_for: RequestFor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = tmp_path / "vmstat"
    monkeypatch.setattr("diorama.work.COUNTERS", counters)
    assert work(platform, request_for({"how": "die"}), tmp_path / "w").how == "interrupted"
    counters.write_text("pgfault 7\noom_kill 4\n")
    assert work(platform, request_for({"how": "die"}), tmp_path / "w").how == "interrupted"
    counts = iter([4, 5])
    monkeypatch.setattr("diorama.work.killed_for_memory", lambda: next(counts))
    assert work(platform, request_for({"how": "die"}), tmp_path / "w").how == "out_of_memory"


def test_the_report_of_a_stage_that_was_asked_for_less_says_reduced(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    request = request_for()
    first, second = request.stages
    asked = request.model_copy(update={"stages": (first.model_copy(update={"smaller": 1}), second)})
    work(platform, asked, tmp_path / "w")
    outcomes = [
        json.loads(platform.store.get(f"{item.output}/report.json"))["outcome"] for item in request.stages
    ]
    assert outcomes == ["reduced", "succeeded"]
    assert [m["report"]["outcome"] for m in told(platform) if m["kind"] == "stage_ended"] == outcomes


def test_started_again_the_work_goes_on_after_its_last_finished_stage(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    assert work(platform, request_for(second={"how": "die"}), tmp_path / "w").how == "interrupted"
    assert work(platform, request_for(launch=1), tmp_path / "again").how == "completed"
    started = [m["stage"] for m in told(platform) if m["kind"] == "stage_started"]
    assert started == ["frames", "poses", "poses"]
    poses = platform.store.get("s3://media/poses/p/key-poses/job1-1/result.txt")
    assert b"frames/result.txt" in poses


def test_a_killed_stage_finds_its_newest_checkpoint_which_is_no_part_of_its_output(
    platform: Platform, request_for: RequestFor, tmp_path: Path
) -> None:
    assert work(platform, request_for({"how": "checkpoint"}), tmp_path / "w").how == "interrupted"
    assert work(platform, request_for({"how": "checkpoint"}), tmp_path / "again").how == "completed"
    result = platform.store.get("s3://media/frames/p/key-frames/job1-1/result.txt")
    assert result.endswith(b"from step 1")
    names = [stored.uri.rsplit("/", 1)[1] for stored in platform.store.list("s3://media/frames/")]
    assert sorted(names) == ["log.txt", "report.json", "result.txt"]


@pytest.mark.parametrize("how", ["hang", pytest.param("hang and ignore", marks=pytest.mark.slow)])
def test_stop_ends_the_stage_within_ten_seconds_even_if_it_does_not_listen(
    platform: Platform, request_for: RequestFor, tmp_path: Path, how: str
) -> None:
    started = tmp_path / "started"
    worker = Worker(
        platform, request_for({"how": how, "started": str(started)}), tmp_path / "w", fake_command
    )
    ended: list[Ended] = []
    thread = threading.Thread(target=lambda: ended.append(worker.work()))
    thread.start()
    while not started.exists() or not started.read_text():
        time.sleep(0.02)
    worker.stop()
    thread.join(timeout=10)
    assert ended == [Ended("stopped")]
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
    assert kinds(platform)[-1] == "work_ended"
