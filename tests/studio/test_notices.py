from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from diorama.jobs.models import Job, Problem
from diorama.studio import accounts, notices
from tests.fakes import platform_in

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
    assert "It took 10 minutes." in body.get_content()
    assert "Look at it: http://127.0.0.1:8787/view/t" in body.get_content()
    assert "/jobs/job1" in body.get_content()


def test_a_refusal_says_what_to_do_and_nothing_in_it_is_taken_for_html(tmp_path: Path, user_id: str) -> None:
    notices.job_ended(platform_in(tmp_path), job(user_id, state="refused", problem=DARK))
    [mail] = mails(tmp_path)
    page = mail.get_body(("html",))
    assert page is not None
    assert "It is &lt;too&gt; dark." in page.get_content()
    assert "Add light." in page.get_content()


def test_a_new_attempt_is_told_again_and_a_cancelled_one_not_at_all(tmp_path: Path, user_id: str) -> None:
    platform = platform_in(tmp_path)
    notices.job_ended(platform, job(user_id, state="failed", problem=DARK))
    notices.job_ended(platform, job(user_id, state="cancelled", attempt=2))
    notices.job_ended(platform, job(user_id, attempt=3))
    assert len(mails(tmp_path)) == 2


def test_nobody_is_told_who_has_no_account_any_more(tmp_path: Path) -> None:
    notices.job_ended(platform_in(tmp_path), job("gone"))
    assert mails(tmp_path) == []
