"""What a plan has in a month."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from diorama.errors import Refused, TooMuch
from diorama.library import actions as library
from diorama.studio import accounts, quotas
from diorama.studio.models import Plan, Profile
from tests.library.test_uploads import checksum_of
from tests.studio_world import MP4, World

NOVEMBER_2026 = 1_795_000_000.0


@pytest.fixture
def project(world: World) -> str:
    world.clock.time = NOVEMBER_2026
    return world.project("ann").project_id


def on_plan(world: World, plan: Plan, user: str = "ann") -> None:
    profile = Profile(user_id=user, email=world.person(user), plan=plan, created_at=world.clock.now())
    world.platform.records.put(accounts.profile_row(profile), expected_rev=None)


def used(world: World, user: str = "ann") -> int:
    return quotas.usage(world.platform, user).uploads


def test_the_free_plan_has_ten_uploads_a_month(world: World, project: str) -> None:
    for n in range(10):
        world.begin("ann", project, MP4, name=f"{n}.mp4")
    with pytest.raises(TooMuch, match="10 uploads a month") as refused:
        world.begin("ann", project, MP4)
    assert refused.value.stable_code == "quota_used_up"
    assert "1 December" in refused.value.advice
    assert used(world) == 10
    world.clock.time += refused.value.retry_after_s
    world.begin("ann", project, MP4)
    assert used(world) == 1


@pytest.mark.parametrize(("plan", "uploads", "views"), [("pro", 100, 50_000), ("enterprise", None, None)])
def test_larger_plans_have_more(
    world: World, project: str, plan: Plan, uploads: int | None, views: int | None
) -> None:
    on_plan(world, plan)
    for n in range(11):
        world.begin("ann", project, MP4, name=f"{n}.mp4")
    shown = quotas.usage(world.platform, "ann")
    assert (shown.plan, shown.uploads, shown.uploads_limit, shown.views_limit) == (plan, 11, uploads, views)
    assert shown.month == "2026-11"


def test_what_is_there_already_counts_for_nobody(world: World, project: str) -> None:
    world.uploaded("ann", project)
    world.begin("ann", project, MP4, checksum=checksum_of(MP4))
    assert used(world) == 1


def test_what_came_to_nothing_is_given_back(world: World, project: str) -> None:
    with pytest.raises(Refused):
        world.uploaded("ann", project, b"no film" * 10)
    assert used(world) == 0
    begun_at = world.clock.time
    world.begin("ann", project, MP4)
    world.clock.time += library.OPEN_LASTS_S
    assert library.clean_abandoned(world.platform) == 2
    world.clock.time = begun_at
    assert used(world) == 0


def test_a_collaborators_uploads_count_for_the_owner(world: World, project: str) -> None:
    world.member("bob", project, "collaborator")
    world.begin("bob", project, MP4)
    assert (used(world), used(world, "bob")) == (1, 0)


def test_many_at_once_never_pass_the_limit(world: World, project: str) -> None:
    def count(_: int) -> bool:
        try:
            quotas.count(world.platform, "ann", "uploads")
        except TooMuch:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(count, range(40))) == 10


def test_views_are_counted_apart(world: World, project: str) -> None:
    for _ in range(3):
        quotas.count(world.platform, "ann", "views")
    shown = quotas.usage(world.platform, "ann")
    assert (shown.views, shown.views_limit, shown.uploads) == (3, 1_000, 0)


def test_the_year_ends_well(world: World) -> None:
    world.clock.time = 1_798_761_599.0  # the last second of 2026
    assert quotas.usage(world.platform, "ann").renewed_at == 1_798_761_600.0
