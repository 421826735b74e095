"""Visitors of a published tour are counted once a session, and never beyond the plan of the project's owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from diorama.errors import NotFound, TooMuch
from diorama.studio import quotas
from diorama.tours import actions, publishing, visits
from diorama.tours.publication import NewPublication
from tests.studio_world import World
from tests.tours.bundles import a_tour, make


@pytest.fixture
def tour_id(world: World) -> str:
    made = a_tour(world)
    make(world, made)
    publishing.publish(world.platform, "ann", made, NewPublication())
    return made


def visit(world: World, tour_id: str, session: str) -> None:
    visits.count(world.platform, visits.NewVisit(tour_id=tour_id, session=session.rjust(16, "0")))


def views(world: World, tour_id: str) -> tuple[int, int]:
    told = actions.look(world.platform, "ann", tour_id).views
    return told.this_month, told.in_all


def test_each_session_counts_once_for_the_tour_and_for_its_owners_plan(world: World, tour_id: str) -> None:
    for session in ("one", "two", "one"):
        visit(world, tour_id, session)
    assert views(world, tour_id) == (2, 2)
    assert quotas.usage(world.platform, "ann").views == 2


def test_a_session_that_lasts_for_days_counts_once_a_day(world: World, tour_id: str) -> None:
    for _ in range(3):
        visit(world, tour_id, "one")
        world.clock.time += visits.SESSION_LASTS_S + 1
    assert views(world, tour_id)[1] == 3


def test_views_of_earlier_months_stay_in_the_sum(world: World, tour_id: str) -> None:
    visit(world, tour_id, "one")
    world.clock.time += 32 * 24 * 3600
    visit(world, tour_id, "two")
    assert views(world, tour_id) == (1, 2)


def test_one_session_that_asks_many_times_at_once_counts_once(world: World, tour_id: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: visit(world, tour_id, "one"), range(24)))
    assert views(world, tour_id) == (1, 1)


def test_beyond_the_plan_visitors_are_turned_away_and_nothing_is_counted(world: World, tour_id: str) -> None:
    limit = quotas.LIMITS["free"]["views"] or 0
    for _ in range(limit - 1):
        quotas.count(world.platform, "ann", "views")
    visit(world, tour_id, "last")
    for _ in range(2):
        with pytest.raises(TooMuch) as caught:
            visit(world, tour_id, "too-late")
        assert caught.value.stable_code == "views_used_up"
        assert caught.value.retry_after_s
    visit(world, tour_id, "last")  # who is in stays in
    assert views(world, tour_id) == (1, 1)
    assert quotas.usage(world.platform, "ann").views == limit


def test_a_collaborators_tour_counts_for_the_projects_owner(world: World) -> None:
    project = world.project("ann").project_id
    world.member("bob", project, "collaborator")
    upload = world.uploaded("bob", project).upload_id
    wanted = actions.NewTour(project_id=project, upload_id=upload)
    made = actions.start(world.platform, "bob", wanted, "c").tour_id
    make(world, made)
    publishing.publish(world.platform, "bob", made, NewPublication())
    visit(world, made, "one")
    assert quotas.usage(world.platform, "ann").views == 1
    assert quotas.usage(world.platform, "bob").views == 0


@pytest.mark.parametrize("tour", ["never published", "taken away"])
def test_what_is_not_published_has_no_visitors(world: World, tour_id: str, tour: str) -> None:
    asked = tour_id if tour == "taken away" else a_tour(world)
    publishing.unpublish(world.platform, "ann", tour_id)
    with pytest.raises(NotFound):
        visit(world, asked, "one")


def test_nothing_that_is_kept_tells_the_session(world: World, tour_id: str) -> None:
    visit(world, tour_id, "a-session-of-somebody")
    rows = world.database.connection().execute("SELECT * FROM rows").fetchall()
    assert not any("a-session-of-somebody" in str(tuple(row)) for row in rows)


def test_lists_say_which_tours_are_published(world: World, tour_id: str) -> None:
    other = a_tour(world)
    listed = actions.listed(world.platform, "ann", None, 50, None).tours
    assert {tour.tour_id: tour.is_published for tour in listed} == {tour_id: True, other: False}
    publishing.unpublish(world.platform, "ann", tour_id)
    assert not any(tour.is_published for tour in actions.listed(world.platform, "ann", None, 50, None).tours)
