"""People, plans and everybody's jobs, for those who run the studio."""

import pytest

from diorama.errors import Conflict, NotFound
from diorama.jobs import actions, table
from diorama.jobs.table import month_of
from diorama.studio import accounts, admin, audit
from diorama.studio.admin import NewPlan
from diorama.studio.audit import DeedFilter
from diorama.studio.jobs import JobFilter
from diorama.studio.models import Profile
from tests.studio_jobs import a_job
from tests.studio_world import World

MONTH = month_of(a_job().created_at)


def person(world: World, user_id: str) -> None:
    world.clock.time += 1
    profile = Profile(user_id=user_id, email=f"{user_id}@example.test", created_at=world.clock.now())
    world.platform.records.put(accounts.profile_row(profile), expected_rev=None)


def test_people_are_found_newest_first_by_their_address(world: World) -> None:
    for user_id in ("ann", "bob", "annabel"):
        person(world, user_id)
    everybody = admin.people(world.platform, "", 2, None)
    assert [one.user_id for one in everybody.people] == ["annabel", "bob"]
    assert [one.user_id for one in admin.people(world.platform, "", 2, everybody.cursor).people] == ["ann"]
    assert [one.user_id for one in admin.people(world.platform, "ANN", 10, None).people] == ["annabel", "ann"]


def test_another_plan_counts_from_now_on(world: World) -> None:
    person(world, "ann")
    assert admin.person(world.platform, "ann").usage.uploads_limit == 10
    changed = admin.change_plan(world.platform, "ann", NewPlan(plan="pro"))
    assert (changed.plan, changed.usage.uploads_limit) == ("pro", 100)
    assert [one.plan for one in admin.people(world.platform, "", 10, None).people] == ["pro"]
    with pytest.raises(NotFound):
        admin.change_plan(world.platform, "nobody", NewPlan(plan="pro"))


def test_everybodys_jobs_are_listed_by_month_and_status(world: World) -> None:
    for n, user in enumerate(("ann", "bob", "cyd")):
        table.add_job(
            world.platform.jobs, a_job(job_id=f"job{n}", user_id=user, created_at=1_800_000_000.0 + n)
        )
    table.end_job(world.platform.jobs, "job1", 1, "failed", 5.0)
    found = admin.jobs(world.platform, JobFilter(), MONTH, 10, None).jobs
    assert [(job.job_id, job.user_id) for job in found] == [("job2", "cyd"), ("job1", "bob"), ("job0", "ann")]
    failed = admin.jobs(world.platform, JobFilter(status="failed"), MONTH, 10, None).jobs
    assert [job.job_id for job in failed] == ["job1"]
    assert admin.jobs(world.platform, JobFilter(), "1999-01", 10, None).jobs == ()


def test_anybodys_job_is_tried_again_as_long_as_its_project_is_there(world: World) -> None:
    project = world.project("ann").project_id
    for job_id, project_id in (("job1", project), ("job2", "deleted")):
        actions.start(world.platform, a_job(job_id=job_id, project_id=project_id))
        with pytest.raises(Conflict):
            actions.retry(world.platform, job_id)
        table.end_job(world.platform.jobs, job_id, 1, "failed", 5.0)
    assert admin.retry(world.platform, "job1").attempt == 2
    with pytest.raises(NotFound, match="project was deleted"):
        admin.retry(world.platform, "job2")
    assert admin.overview(world.platform).by_state == {"queued": 1}
    assert admin.cancel(world.platform, "job1").status == "cancelled"
    assert admin.overview(world.platform).open_jobs == 0


def test_the_end_of_a_job_is_noted_once_an_attempt(world: World) -> None:
    ended = a_job(state="failed", ended_at=1_800_000_100.0)
    for job in (ended, ended, ended.model_copy(update={"attempt": 2})):
        audit.note_end(world.platform, job)
    deeds = audit.found(world.platform, DeedFilter(user_id="ann"), 10, None).deeds
    assert [(deed.act, deed.outcome, deed.about) for deed in deeds] == [
        ("job_failed", "failed", "/v1/jobs/job1")
    ] * 2
