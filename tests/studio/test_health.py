"""Health says which part does not answer."""

from diorama.studio import health
from tests.studio_world import World


def test_a_studio_whose_parts_answer_is_well(world: World) -> None:
    found = health.check(world.platform)
    assert set(found.model_dump().values()) == {"ok"}


def test_a_part_that_does_not_answer_is_named(world: World) -> None:
    world.workflows.broken = True
    found = health.check(world.platform)
    assert (found.status, found.workflows, found.store) == ("down", "down", "ok")
