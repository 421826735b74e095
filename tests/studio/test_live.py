"""Tickets, connections and what open pages are told."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from diorama.errors import NotSignedIn
from diorama.jobs import actions, table
from diorama.ports import PUSH_LIMIT_BYTES
from diorama.studio import jobs, live, members
from tests.studio_jobs import a_job
from tests.studio_world import World


def opened(world: World, user: str = "ann", connection: str = "page1") -> str:
    live.connect(world.platform, live.sell(world.platform, user).ticket, connection)
    return connection


@pytest.fixture
def job_id(world: World) -> str:
    project = world.project("ann").project_id
    return actions.start(world.platform, a_job(project_id=project)).job_id


def test_a_ticket_says_where_it_is_good_and_is_kept_as_a_hash(world: World) -> None:
    ticket = live.sell(world.platform, "ann")
    assert (ticket.url, ticket.expires_in_s) == ("ws://127.0.0.1:8787/live", 60)
    rows = world.database.connection().execute("SELECT * FROM rows").fetchall()
    assert rows
    assert not any(ticket.ticket in str(tuple(row)) for row in rows)


def test_a_ticket_is_good_once_and_for_a_minute(world: World) -> None:
    ticket, late = (live.sell(world.platform, "ann").ticket for _ in range(2))
    live.connect(world.platform, ticket, "page1")
    world.clock.time += 60
    for bad in (ticket, late, "made-up", ""):
        with pytest.raises(NotSignedIn):
            live.connect(world.platform, bad, "page2")


def test_of_many_who_use_a_ticket_at_once_one_gets_in(world: World) -> None:
    ticket = live.sell(world.platform, "ann").ticket

    def gets_in(number: int) -> bool:
        try:
            live.connect(world.platform, ticket, f"page{number}")
        except NotSignedIn:
            return False
        finally:
            world.database.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(gets_in, range(24))) == 1


def test_every_page_of_the_projects_people_is_told_how_the_job_stands_and_nobody_elses(
    world: World, job_id: str
) -> None:
    opened(world, connection="page1")
    opened(world, connection="page2")
    opened(world, user="vic", connection="page3")
    opened(world, user="eve", connection="page4")
    project_id = jobs.look(world.platform, "ann", job_id).project_id
    world.member("vic", project_id, "viewer")
    assert live.job_changed(world.platform, job_id) == 3
    told = jobs.look(world.platform, "ann", job_id).model_dump(mode="json")
    pages = ("page1", "page2", "page3")
    assert world.outbox.pushed == [(page, {"type": "job", "job": told}) for page in pages]


def test_the_owner_hears_of_what_a_member_started_and_the_member_no_more_after_leaving(world: World) -> None:
    project_id = world.project("ann").project_id
    world.member("bob", project_id, "collaborator")
    job = actions.start(world.platform, a_job(project_id=project_id, user_id="bob"))
    opened(world, user="ann", connection="page1")
    opened(world, user="bob", connection="page2")
    assert live.job_changed(world.platform, job.job_id) == 2
    members.remove(world.platform, "bob", project_id, "bob")
    world.outbox.pushed.clear()
    live.job_changed(world.platform, job.job_id)
    assert "page2" not in [page for page, _ in world.outbox.pushed]


def test_a_page_that_has_left_is_told_nothing(world: World, job_id: str) -> None:
    live.disconnect(world.platform, opened(world))
    live.disconnect(world.platform, "never-opened")
    assert live.job_changed(world.platform, job_id) == 0
    assert world.outbox.pushed == []


def test_a_connection_that_is_gone_is_forgotten_unless_it_is_only_just_opening(
    world: World, job_id: str
) -> None:
    world.outbox.gone.add(opened(world))
    assert live.job_changed(world.platform, job_id) == 0
    world.outbox.gone.clear()
    assert live.job_changed(world.platform, job_id) == 1
    world.clock.time += 11
    world.outbox.gone.add("page1")
    live.job_changed(world.platform, job_id)
    assert not world.platform.records.query("LIVE#ann").rows


def test_a_job_too_long_for_a_message_is_only_named(world: World, job_id: str) -> None:
    opened(world)
    report = {"text": "x" * 30_000}
    for name in ("one", "two", "three", "four", "five"):
        table.change_stage(
            world.platform.jobs, job_id, 1, name, lambda run: run.model_copy(update={"report": report})
        )
    job = table.get_job(world.platform.jobs, job_id)
    stages = ("one", "two", "three", "four", "five")
    table.change_job(world.platform.jobs, job_id, 1, lambda now: now.model_copy(update={"stages": stages}))
    assert len(jobs.look(world.platform, job.user_id, job_id).model_dump_json()) > PUSH_LIMIT_BYTES
    assert live.job_changed(world.platform, job_id) == 1
    assert world.outbox.pushed == [("page1", {"type": "job_changed", "job_id": job_id})]


def test_a_job_that_is_not_there_is_nobodys_news(world: World) -> None:
    assert live.job_changed(world.platform, "none") == 0
