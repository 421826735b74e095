from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from diorama.costs import budget
from diorama.errors import NotFound
from diorama.jobs import rules, settle, table
from diorama.jobs.models import Job, Problem
from diorama.ports import Execution
from diorama.request import StageRequest, WorkRequest
from diorama.studio import accounts, downloads, failures, notices
from tests.fakes import clock_of, platform_in, workflows_of

DARK = Problem(code="too_dark", message="It is <too> dark.", advice="Add light.")


def job(user_id: str, **changes: object) -> Job:
    ended = Job(
        job_id="job1", product="tours", project_id="p", user_id=user_id, subject_id="t", name="The kitchen",
        stages=("s",), correlation_id="c", created_at=0, started_at=10, ended_at=610, state="succeeded",
    )  # fmt: skip
    return ended.model_copy(update=changes)


def mails(folder: Path) -> list[EmailMessage]:
    letters = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.rglob("*.eml"))
    return [cast(EmailMessage, letter) for letter in letters]


@pytest.fixture
def user_id(tmp_path: Path) -> str:
    accounts._ensure_profile(platform_in(tmp_path), "user1", "ada@example.org")
    return "user1"


def test_success_is_told_once_with_how_long_it_took(tmp_path: Path, user_id: str) -> None:
    platform = platform_in(tmp_path)
    notices.job_ended(platform, job(user_id))
    notices.job_ended(platform, job(user_id))
    [mail] = mails(tmp_path)
    assert (mail["To"], mail["Subject"]) == ("ada@example.org", "The kitchen is ready")
    body = mail.get_body(("plain",))
    assert body is not None
    assert "It took: 10 minutes" in body.get_content()
    assert "Look at it: http://127.0.0.1:8787/view/t" in body.get_content()
    assert "/jobs/job1" in body.get_content()


def test_a_refusal_says_what_to_do_and_nothing_in_it_is_taken_for_html(tmp_path: Path, user_id: str) -> None:
    notices.job_ended(platform_in(tmp_path), job(user_id, state="refused", problem=DARK))
    [mail] = mails(tmp_path)
    page = mail.get_body(("html",))
    assert page is not None
    assert "It is &lt;too&gt; dark." in page.get_content()
    assert "Add light." in page.get_content()


def test_a_job_that_stopped_at_its_budget_is_not_said_to_be_of_bad_material(
    tmp_path: Path, user_id: str
) -> None:
    reached = Problem(code=budget.CODE, message="It has reached its budget of $2.", advice="Raise it.")
    notices.job_ended(platform_in(tmp_path), job(user_id, state="refused", problem=reached))
    [mail] = mails(tmp_path)
    assert mail["Subject"] == "The kitchen has stopped at its budget"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "It has reached its budget of $2." in body.get_content()


def test_a_new_attempt_is_told_again_and_a_cancelled_one_not_at_all(tmp_path: Path, user_id: str) -> None:
    platform = platform_in(tmp_path)
    notices.job_ended(platform, job(user_id, state="failed", problem=DARK))
    notices.job_ended(platform, job(user_id, state="cancelled", attempt=2))
    notices.job_ended(platform, job(user_id, attempt=3))
    assert len(mails(tmp_path)) == 2


def test_nobody_is_told_who_has_no_account_any_more(tmp_path: Path) -> None:
    notices.job_ended(platform_in(tmp_path), job("gone"))
    assert mails(tmp_path) == []


def test_success_says_what_was_made_and_gives_a_link_for_a_day(tmp_path: Path, user_id: str) -> None:
    platform = platform_in(tmp_path)
    output = "s3://media/tours/p/key/job1-1"
    for path, size in (("levels/high.sog", 3_000_000), ("poster.jpg", 200_000), ("log.txt", 10)):
        platform.store.put(f"{output}/{path}", bytes(size))
    ended = job(user_id, result={"made": "A tour of 5 splats"})
    table.change_stage(platform.jobs, "job1", 1, "s", lambda run: run.model_copy(update={"output": output}))
    notices.job_ended(platform, ended)
    [mail] = mails(tmp_path)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "What was made: A tour of 5 splats" in text
    assert "Size: 3.2 MB" in text
    token = text.partition("/v1/downloads/")[2].split()[0]
    assert "levels/high.sog" in downloads.link(platform, token)
    clock_of(platform).time += downloads.LASTS_S
    for old in (token, "made-up"):
        with pytest.raises(NotFound, match="expired"):
            downloads.link(platform, old)


def test_the_letter_of_objects_leads_to_their_page_and_offers_all_of_them_as_one_mesh(
    tmp_path: Path, user_id: str
) -> None:
    platform = platform_in(tmp_path)
    output = "s3://media/objects/p/key/job1-1"
    for path, size in (("objects/chair/splats.ply", 9_000_000), ("scene/mesh.glb", 1_000_000)):
        platform.store.put(f"{output}/{path}", bytes(size))
    table.change_stage(platform.jobs, "job1", 1, "s", lambda run: run.model_copy(update={"output": output}))
    notices.job_ended(platform, job(user_id, product="objects", name="chair"))
    [mail] = mails(tmp_path)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Look at it: http://127.0.0.1:8787/objects/t" in text
    token = text.partition("/v1/downloads/")[2].split()[0]
    assert "scene/mesh.glb" in downloads.link(platform, token)


def test_nobody_is_mailed_that_a_photo_was_read(tmp_path: Path, user_id: str) -> None:
    notices.job_ended(platform_in(tmp_path), job(user_id, product="photos"))
    assert mails(tmp_path) == []


def test_what_broke_on_our_side_is_apologised_for_and_told_the_admin_with_its_trace(
    tmp_path: Path, user_id: str
) -> None:
    platform = platform_in(tmp_path, admin_mail="admin@example.org")
    workflows_of(platform).executions["e1"] = Execution(
        "failed", error="WorkFailed", cause="KeyError: 'left'"
    )
    log = "s3://media/frames/p/key/job1-1"
    request = WorkRequest(
        job_id="job1", attempt=1, launch=0, work="w1", project_id="p", correlation_id="c",
        stages=(StageRequest(stage="s", key="k", inputs={}, params={}, output=log, checkpoint=""),),
    )  # fmt: skip
    platform.store.put("s3://media/requests/p/job1/w1.json", request.model_dump_json().encode())
    platform.store.put(f"{log}/log.txt", b"Traceback\n  KeyError: 'left'")
    table.change_stage(
        platform.jobs, "job1", 1, "s", lambda run: run.model_copy(update={"state": "failed", "work": "w1"})
    )
    failed = job(user_id, state="failed", problem=rules.OUR_FAULT, execution="e1")
    notices.job_ended(platform, failed)
    notices.job_ended(platform, failed)
    to = {mail["To"]: mail for mail in mails(tmp_path)}
    assert set(to) == {"admin@example.org", "ada@example.org"}
    admins, owners = (
        to[address].get_body(("plain",)) for address in ("admin@example.org", "ada@example.org")
    )
    assert admins is not None
    assert owners is not None
    assert "Traceback" in admins.get_content()
    assert "KeyError" in admins.get_content()
    assert "Sorry" in owners.get_content()
    assert "KeyError" not in owners.get_content()
    (failure,) = failures.listed(platform, "1970-01", 10, None).failures
    assert (failure.stage, failure.error, failure.attempt) == ("s", "WorkFailed", 1)


def test_what_may_pass_is_nobodys_fault_and_no_matter_for_the_admin(tmp_path: Path, user_id: str) -> None:
    platform = platform_in(tmp_path, admin_mail="admin@example.org")
    notices.job_ended(platform, job(user_id, state="failed", problem=rules.NOT_THROUGH))
    [mail] = mails(tmp_path)
    assert mail["Subject"] == "The kitchen has to wait"
    assert "Nothing is wrong with your material" in str(mail.get_body(("plain",)))


@pytest.mark.parametrize(
    ("execution", "code"),
    [
        (Execution("failed", error="WorkFailed", cause="KeyError"), "internal"),
        (Execution("failed", error="States.TaskFailed", cause='{"Error": "Interrupted"}'), "not_through"),
        (Execution("failed", error="Unavailable"), "not_through"),
        (Execution("timed_out", error="States.Timeout"), "internal"),
    ],
)
def test_a_failed_execution_is_ours_unless_it_may_pass(execution: Execution, code: str) -> None:
    problem = settle.ending(execution)[1]
    assert problem is not None
    assert problem.code == code
