"""What `python -m local tour` does beside sending: settings, following, cancelling, telling."""

import json
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import local.tour
from diorama.errors import BadRequest
from diorama.jobs import table
from diorama.jobs.models import Problem
from local import watching
from local.__main__ import main
from local.state import StateFolder
from local.tour import follow, parsed_settings, prepared
from tests.cli.conftest import Served

PHOTO = b"\xff\xd8\xff" + bytes(100)


class QuietBar:
    """Stands in for tqdm's."""

    n = 0.0

    def set_description_str(self, text: str) -> None:
        self.text = text

    def set_postfix_str(self, text: str) -> None:
        self.text = text

    def refresh(self) -> None:
        return


def test_settings_are_json_where_they_are_some_and_text_where_not() -> None:
    settings = ["solve_poses.seed=3", "solve_poses.mapper=global", "sample_frames.min_fps=0.5"]
    assert parsed_settings(settings) == {
        "solve_poses": {"seed": 3, "mapper": "global"},
        "sample_frames": {"min_fps": 0.5},
    }


@pytest.mark.parametrize("setting", ["seed=3", "solve_poses.seed", ".seed=1", "solve_poses.=1", ""])
def test_what_is_no_setting_is_refused(setting: str) -> None:
    with pytest.raises(BadRequest, match="no setting"):
        parsed_settings([setting])


def test_a_video_is_sent_as_it_is_and_a_folder_as_a_zip_that_is_gone_afterwards(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "a.jpg").write_bytes(PHOTO)
    (tmp_path / "walk.MOV").write_bytes(b"film")
    with prepared(tmp_path / "walk.MOV") as source:
        assert (source.name, source.media_type) == ("walk.MOV", "video/quicktime")
    with prepared(tmp_path / "house") as source:
        assert (source.name, source.media_type) == ("house.zip", "application/zip")
        assert source.path.is_file()
    assert not source.path.exists()


@pytest.mark.parametrize("arguments", [["/nowhere/at/all.mp4"], ["."], [__file__, "--set", "x"]])
def test_a_bad_path_or_setting_is_told_at_once(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    state = ["--state", str(tmp_path / "state")]
    assert main([*state, "tour", *arguments]) == 2
    assert capsys.readouterr().err.strip()
    assert main([*state, "tour", *arguments, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["message"]
    assert not (tmp_path / "state").exists()


def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def locked(*_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "walk.mp4").write_bytes(b"film")
    monkeypatch.setattr(local.tour, "_make_tour", locked)
    assert main(["--state", str(tmp_path / "state"), "tour", str(tmp_path / "walk.mp4"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "unreadable"


def test_a_budget_is_sent_as_the_api_takes_it() -> None:
    for given, sent in [
        ((None, None), None),
        (("2.50", None), {"usd": "2.50"}),
        (("2.50", 10.0), {"usd": "2.50", "minutes": 10.0}),
    ]:
        assert local.tour.budget_of(Namespace(budget=given[0], budget_minutes=given[1])) == sent


def test_the_time_that_is_left_is_told_roughly() -> None:
    now = time.time()
    told = [watching.time_left(ready_at) for ready_at in (None, now - 9, now + 42, now + 601)]
    assert told == ["", "about 5 s left", "about 40 s left", "about 10 min left"]


@pytest.fixture
def body(served: Served) -> dict[str, Any]:
    project = served.world.project(served.user_id).project_id
    upload = served.world.uploaded(served.user_id, project)
    return {"project_id": project, "upload_id": upload.upload_id, "params": {}}


def meanwhile(served: Served, do: Callable[[str], object]) -> threading.Thread:
    """Does something with the job as soon as there is one."""

    def wait() -> None:
        while not (jobs := table.list_jobs(served.world.platform.jobs, served.user_id, 1, None)[0]):
            time.sleep(0.02)
        do(jobs[0].job_id)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_job_is_followed_to_its_end(
    served: Served, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "POLL_S", 0.05)
    jobs, now = served.world.platform.jobs, served.world.clock.time
    reports = {"sample_frames": {"candidates": 50, "kept": 40}, "solve_poses": {"registered": 39}}

    def work(job_id: str) -> None:
        for stage, report in reports.items():
            table.change_stage(jobs, job_id, 1, stage, _ended(report, now))
        table.end_job(jobs, job_id, 1, "succeeded", now + 5)

    thread = meanwhile(served, work)
    found = follow(served.client(), body, QuietBar())  # type: ignore[arg-type]
    thread.join()
    assert found["status"] == "succeeded"
    assert found["seconds"] == 5
    assert found["seconds_by_stage"] == {"sample_frames": 2.0, "solve_poses": 2.0}
    assert found["frames"] == {"candidates": 50, "kept": 40, "registered": 39}
    assert "code" not in found


def _ended(report: dict[str, Any], now: float) -> Callable[[Any], Any]:
    changes = {"state": "succeeded", "report": report, "started_at": now, "ended_at": now + 2}
    return lambda run: run.model_copy(update=changes)


def test_a_refusal_is_told_with_its_code_and_advice(served: Served, body: dict[str, Any]) -> None:
    problem = Problem(code="too_few_placed", message="Too few frames.", advice="Walk slowly.")

    def refuse(job_id: str) -> None:
        table.end_job(
            served.world.platform.jobs, job_id, 1, "refused", served.world.clock.time, problem=problem
        )

    thread = meanwhile(served, refuse)
    found = follow(served.client(), body, QuietBar())  # type: ignore[arg-type]
    thread.join()
    assert (found["status"], found["code"], found["advice"]) == ("refused", "too_few_placed", "Walk slowly.")


def test_ctrl_c_cancels_the_job(
    served: Served, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watching.time, "sleep", interrupt)
    found = follow(served.client(), body, QuietBar())  # type: ignore[arg-type]
    assert (found["status"], found["code"]) == ("cancelled", "cancelled")
    assert served.world.workflows.stopped


def test_ctrl_c_while_the_job_is_being_started_cancels_that_very_job(
    served: Served, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = served.client()
    real = client.ask
    calls: list[str] = []

    def interrupted(method: str, path: str, *args: Any, **more: Any) -> Any:
        answer = real(method, path, *args, **more)
        calls.append(path)
        if len(calls) == 1:
            raise KeyboardInterrupt  # the answer was on its way
        return answer

    monkeypatch.setattr(client, "ask", interrupted)
    assert follow(client, body, QuietBar())["status"] == "cancelled"  # type: ignore[arg-type]
    jobs, _ = table.list_jobs(served.world.platform.jobs, served.user_id, 10, None)
    assert [job.state for job in jobs] == ["cancelled"]


def test_ctrl_c_just_after_the_end_leaves_the_job_as_it_ended(
    served: Served, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_and_interrupt(_seconds: float) -> None:
        jobs = served.world.platform.jobs
        (job,), _ = table.list_jobs(jobs, served.user_id, 1, None)
        table.end_job(jobs, job.job_id, 1, "succeeded", served.world.clock.time)
        raise KeyboardInterrupt

    monkeypatch.setattr(watching.time, "sleep", end_and_interrupt)
    assert follow(served.client(), body, QuietBar())["status"] == "succeeded"  # type: ignore[arg-type]


def test_a_success_is_told_to_people_in_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        "status": "succeeded",
        "tour_id": "t1",
        "seconds": 65.94,
        "seconds_by_stage": {"sample_frames": 0, "solve_poses": 63.6},
        "from_cache": ["sample_frames"],
        "frames": {"candidates": 50, "kept": 50, "registered": 49},
        "splats": 41234,
        "bytes": 2_340_000,
        "psnr": 28.514,
        "tour_url": "http://127.0.0.1/view/t1",
        "reports": {"solve_poses": {"missing": [{"start_s": 3.0, "end_s": 4.5, "images": 2}]}},
    }
    local.tour._show(Namespace(json=False, stay=False), found)
    assert capsys.readouterr().out.splitlines() == [
        "Tour t1 is done, in 65.9 s.",
        "Frames: 50 looked at, 50 kept, 49 placed.",
        "Not placed: 3.0 s to 4.5 s (2 frames).",
        "sample_frames: from the cache",
        "solve_poses: 63.6 s",
        "41,234 splats, 2.3 MB, 28.51 dB on photos held back",
        "To look at it: make studio, and beside it .venv/bin/python -m local open t1",
    ]


def test_where_the_studio_stays_one_is_told_the_address_of_the_tour_and_how_to_end_it(
    served: Served, tmp_path: Path
) -> None:
    state = StateFolder(tmp_path / "state")
    served.world.platform.accounts.ensure(*state.demo_user())  # type: ignore[attr-defined]
    found = {"tour_id": "t1", "view_url": f"{served.url}/view/t1"}
    lines = "\n".join(local.tour._way_in(Namespace(stay=True, state=state.path), found))
    assert f"{served.url}/view/t1#demo=" in lines
    assert "make stop" in lines
    assert "local open t1" in lines
