"""What is whose."""

from typing import get_args

import pytest

from diorama.errors import NotFound
from diorama.studio import access, projects
from diorama.studio.access import Action, Standing, Thing
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


@pytest.mark.parametrize(
    ("user", "may"),
    [
        (
            "owner",
            {
                "project": "see change delete",
                "members": "see change",
                "upload": "see start delete",
                "asset": "see change delete",
                "job": "see start change",
                "tour": "see start change delete",
                "object": "see start change delete",
            },
        ),
        (
            "collaborator",
            {
                "project": "see change",
                "members": "see leave",
                "upload": "see start delete",
                "asset": "see change delete",
                "job": "see start change",
                "tour": "see start change delete",
                "object": "see start change delete",
            },
        ),
        (
            "viewer",
            {
                "project": "see",
                "members": "see leave",
                "upload": "see",
                "asset": "see",
                "job": "see",
                "tour": "see",
                "object": "see",
            },
        ),
        ("admin", {"studio": "see run"}),
        ("stranger", {}),
    ],
)
def test_the_table_gives_everybody_this_and_no_more(user: Standing, may: dict[str, str]) -> None:
    for thing in get_args(Thing):
        allowed = {action for action in get_args(Action) if access.can(user, action, thing)}
        assert allowed == set(may.get(thing, "").split()), thing
