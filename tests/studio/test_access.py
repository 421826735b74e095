"""What is whose."""

import pytest

from diorama.errors import NotFound
from diorama.studio import access, projects
from tests.studio_world import World


def test_a_project_of_somebody_else_is_not_there(world: World) -> None:
    project = world.project("ann")
    assert access.find_project(world.platform, "ann", project.project_id)[0] == project
    with pytest.raises(NotFound):
        access.find_project(world.platform, "bob", project.project_id)


def test_the_profile_is_no_project(world: World) -> None:
    with pytest.raises(NotFound):
        access.find_project(world.platform, "ann", "")
    assert projects.listed(world.platform, "ann", 10, None).projects == ()
