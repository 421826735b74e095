"""Projects of one person: made, listed, changed, deleted."""

import pytest

from diorama.errors import Conflict, NotFound
from diorama.jobs import table
from diorama.studio import access, projects
from diorama.studio.models import NewProject, ProjectChange
from tests.studio_jobs import a_job
from tests.studio_world import World


def test_projects_are_listed_newest_first_page_by_page(world: World) -> None:
    made = []
    for n in range(5):
        world.clock.time += 1
        made.append(projects.create(world.platform, "ann", NewProject(name=f"House {n}")))
    world.project("bob")
    first = projects.listed(world.platform, "ann", 3, None)
    rest = projects.listed(world.platform, "ann", 3, first.cursor)
    assert [*first.projects, *rest.projects] == made[::-1]
    assert rest.cursor is None


def test_a_change_leaves_the_rest_as_it_was(world: World) -> None:
    project = projects.create(world.platform, "ann", NewProject(name="House", description="By the sea"))
    world.clock.time += 1
    changed = projects.change(world.platform, "ann", project.project_id, ProjectChange(name="Boat"))
    assert (changed.name, changed.description) == ("Boat", "By the sea")
    assert changed.updated_at > project.updated_at
    assert access.find_project(world.platform, "ann", project.project_id)[0] == changed


def test_a_deleted_project_is_out_of_sight_and_waits_for_its_purge(world: World) -> None:
    project = world.project("ann")
    projects.delete(world.platform, "ann", project.project_id)
    assert projects.listed(world.platform, "ann", 10, None).projects == ()
    with pytest.raises(NotFound):
        projects.delete(world.platform, "ann", project.project_id)
    waiting = world.platform.records.query("DELETED", index=True).rows
    assert [row["value"]["project_id"] for row in waiting] == [project.project_id]
    assert waiting[0]["deleted_at"] == world.clock.time


def test_a_project_is_not_deleted_while_a_job_of_it_runs(world: World) -> None:
    project = world.project("ann")
    job = a_job(project_id=project.project_id, user_id="ann")
    table.add_job(world.platform.jobs, job)
    with pytest.raises(Conflict, match="is running"):
        projects.delete(world.platform, "ann", project.project_id)
    table.end_job(world.platform.jobs, job.job_id, 1, "cancelled", world.clock.time)
    projects.delete(world.platform, "ann", project.project_id)


def test_only_its_owner_changes_or_deletes_a_project(world: World) -> None:
    project = world.project("ann")
    with pytest.raises(NotFound):
        projects.change(world.platform, "bob", project.project_id, ProjectChange(name="Mine"))
    with pytest.raises(NotFound):
        projects.delete(world.platform, "bob", project.project_id)
