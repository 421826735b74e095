"""Nothing is left: neither of a deleted project after its grace, nor of somebody who leaves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from diorama.errors import NotFound
from diorama.jobs import actions as jobs
from diorama.jobs import leases, table
from diorama.jobs.models import Result, Work
from diorama.library import actions as library
from diorama.platform import Platform
from diorama.studio import accounts, api_keys, members, projects, purge
from diorama.studio.access import find_project
from diorama.studio.models import Project
from tests.cloud import aws
from tests.cloud_world import everything_in_the_cloud, in_the_cloud
from tests.studio_jobs import a_job
from tests.studio_world import MP4, World, make_world

__all__ = ["aws"]
KINDS = ("frames", "tours")
REMAINING = ("AUDIT#", "RATE#")
EMAIL, PASSWORD = "leaving@example.test", "correct horse battery 9"


@dataclass(frozen=True)
class Place:
    """A world, and all that is in its tables and its store, as text."""

    world: World
    everything: Callable[[], list[str]]

    @property
    def platform(self) -> Platform:
        return self.world.platform


@pytest.fixture(params=["local", "aws"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    world = make_world(tmp_path)
    if request.param == "aws":
        request.getfixturevalue("aws")
        world = in_the_cloud(world)
        return Place(replace(world, store=world.platform.store), everything_in_the_cloud)

    def everything() -> list[str]:
        rows = world.database.connection().execute("SELECT table_name, pk, sk, body FROM rows")
        return [*(" ".join(map(str, row)) for row in rows), *world.stored_files()]

    return Place(world, everything)


def filled(place: Place, user: str = "ann") -> Project:
    """A project with somebody in it and one of each thing."""
    world, platform = place.world, place.platform
    world.person(user)
    world.person("bob")
    project = world.project(user)
    project_id = project.project_id
    world.member("bob", project_id, "viewer", of=user)
    members.invite(platform, user, project_id, members.NewMember(email="zoe@example.test", role="viewer"))
    upload = world.begin(user, project_id, MP4)
    platform.store.put(f"s3://media/raw/{project_id}/{upload.upload_id}/1/walk.mp4", MP4)
    job = jobs.start(
        platform, a_job(job_id=f"job{project_id}", project_id=project_id, user_id=user, subject_id="t1")
    )
    output = f"s3://media/frames/{project_id}/key{project_id}/{job.job_id}-1"
    platform.store.put(f"{output}/report.json", b"{}")
    platform.store.put(f"s3://media/requests/{project_id}/{job.job_id}/w.json", b"{}")
    changes = {"key": f"key{project_id}", "work": f"work{project_id}", "output": output}
    table.change_stage(
        platform.jobs, job.job_id, 1, "sample_frames", lambda run: run.model_copy(update=changes)
    )
    result = Result(
        key=f"key{project_id}",
        stage="sample_frames",
        output=output,
        reduced=False,
        report={},
        job_id=job.job_id,
        finished_at=1.0,
    )
    table.put_result(platform.jobs, result)
    table.put_work(
        platform.jobs,
        Work(
            name=f"work{project_id}",
            job_id=job.job_id,
            attempt=1,
            operation="create_training_job",
            task_token="t",
            outputs=(output,),
            launched_at=1.0,
            deadline=2.0,
        ),
    )
    return project


def naming(place: Place, *words: str) -> list[str]:
    """What is there that names one of these, but for what goes or stays by design."""
    found = [text for text in place.everything() if any(word in text for word in words)]
    return [text for text in found if not any(kept in text for kept in REMAINING)]


def test_of_a_deleted_project_nothing_is_left_after_its_grace(place: Place) -> None:
    project = filled(place)
    other = filled(place)
    table.end_job(place.platform.jobs, f"job{project.project_id}", 1, "failed", 5.0)
    projects.delete(place.platform, "ann", project.project_id)
    place.world.clock.time += purge.GRACE_S - 1
    assert purge.purge_due(place.platform, KINDS) == 0
    assert len(naming(place, project.project_id)) > 10
    place.world.clock.time += 1
    assert purge.purge_due(place.platform, KINDS) == 1
    assert naming(place, project.project_id) == []
    assert purge.purge_due(place.platform, KINDS) == 0
    assert len(naming(place, other.project_id)) > 10
    assert find_project(place.platform, "bob", other.project_id)[0].role == "viewer"


def test_a_purge_that_was_cut_off_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    project = filled(place)
    table.end_job(place.platform.jobs, f"job{project.project_id}", 1, "failed", 5.0)
    projects.delete(place.platform, "ann", project.project_id)
    place.world.clock.time += purge.GRACE_S

    def cut_off(uri: str) -> None:
        raise RuntimeError(uri)

    with monkeypatch.context() as patched:
        patched.setattr(place.platform.store, "purge", cut_off)
        with pytest.raises(RuntimeError):
            purge.purge_due(place.platform, KINDS)
    assert purge.purge_due(place.platform, KINDS) == 1
    assert naming(place, project.project_id) == []


def test_a_deleted_project_can_be_brought_back_while_its_grace_lasts(place: Place) -> None:
    project = filled(place)
    table.end_job(place.platform.jobs, f"job{project.project_id}", 1, "failed", 5.0)
    projects.delete(place.platform, "ann", project.project_id)
    listed = projects.deleted(place.platform, "ann", 10, None).projects
    assert [one.project_id for one in listed] == [project.project_id]
    assert listed[0].purged_at - listed[0].deleted_at == purge.GRACE_S
    with pytest.raises(NotFound):
        projects.restore(place.platform, "bob", project.project_id)
    assert projects.restore(place.platform, "ann", project.project_id) == project
    assert find_project(place.platform, "bob", project.project_id)[0].role == "viewer"
    place.world.clock.time += purge.GRACE_S
    assert purge.purge_due(place.platform, KINDS) == 0
    projects.delete(place.platform, "ann", project.project_id)
    place.world.clock.time += purge.GRACE_S
    with pytest.raises(NotFound):
        projects.restore(place.platform, "ann", project.project_id)


def test_of_somebody_who_leaves_nothing_is_left(place: Place) -> None:
    world, platform = place.world, place.platform
    user = platform.accounts.sign_up(EMAIL, PASSWORD)
    world.person_with_id(user, EMAIL)
    deleted_before = world.project(user)
    projects.delete(platform, user, deleted_before.project_id)
    running = filled(place, user)
    shared = filled(place, "eve")
    world.person_with_id(user, EMAIL)
    members.invite(platform, "eve", shared.project_id, members.NewMember(email=EMAIL, role="collaborator"))
    code = world.outbox.mails[-1].text.partition("#")[2].split()[0]
    members.accept(platform, user, members.InvitationCode(code=code))
    key = api_keys.create(platform, user, api_keys.NewApiKey(name="Backup"))
    accounts.delete(platform, user)
    with pytest.raises(NotFound):
        accounts.profile(platform, user)
    with pytest.raises(NotFound):
        find_project(platform, user, running.project_id)
    assert purge.purge_due(platform, KINDS) == 2
    named = (user, EMAIL, key.key_id, running.project_id, deleted_before.project_id)
    assert naming(place, *named) == []
    assert world.database.connection().execute("SELECT * FROM users").fetchall() == []
    assert list(leases.held(platform.jobs)) == []
    assert len(naming(place, shared.project_id)) > 10
    accounts.delete(platform, user)


def test_what_was_sent_of_an_upload_that_nobody_completed_goes_after_a_week(place: Place) -> None:
    project = place.world.project("ann")
    checksum = "0" * 64 + "-1"
    begun = place.world.begin("ann", project.project_id, MP4, checksum=checksum)
    place.world.clock.time += library.OPEN_LASTS_S - 1
    assert library.clean_abandoned(place.platform) == 0
    place.world.clock.time += 1
    assert library.clean_abandoned(place.platform) == 1
    assert naming(place, begun.upload_id, checksum) == []
    assert library.clean_abandoned(place.platform) == 0
