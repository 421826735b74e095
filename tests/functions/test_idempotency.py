"""The same create twice is one."""

import json

import pytest

import studio.projects
from diorama.platform import Platform
from diorama.studio import accounts, projects
from diorama.studio.models import NewProject, Project
from door import handler_of
from tests.functions.conftest import Answer, Api
from tests.studio_world import LambdaContext, World, event

KEY = {"Idempotency-Key": "0b5f4b9e"}
HOUSE = {"name": "House"}


def create(
    api: Api, user: str = "ann", body: object = None, path: str = "/v1/projects", **headers: str
) -> Answer:
    return api("POST", path, body or HOUSE, user=user, headers=headers or KEY)


def count(world: World, user: str = "ann") -> int:
    return len(projects.listed(world.platform, user, 100, None).projects)


def test_the_same_request_again_gets_the_first_answer(api: Api, world: World) -> None:
    first, again = create(api), create(api)
    assert first.status == again.status == 201
    assert first.json == again.json
    assert count(world) == 1


def test_the_key_with_another_body_is_refused(api: Api, world: World) -> None:
    create(api)
    other = create(api, body={"name": "Boat"})
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert count(world) == 1


def test_a_key_is_its_users_and_its_routes_own(api: Api, world: World) -> None:
    create(api)
    assert create(api, user="bob").status == 201
    assert (count(world), count(world, "bob")) == (1, 1)
    project = world.project("ann").project_id
    upload = {"name": "a.mp4", "size": 10, "type": "video/mp4"}
    assert create(api, body=upload, path=f"/v1/projects/{project}/uploads").status == 201


def test_without_a_key_every_request_counts(api: Api, world: World) -> None:
    for _ in range(2):
        api("POST", "/v1/projects", HOUSE, user="ann")
    assert count(world) == 2


def test_a_request_that_failed_may_be_sent_again_with_its_key(api: Api, world: World) -> None:
    path = "/v1/projects/none/uploads"
    upload = {"name": "a.mp4", "size": 10, "type": "video/mp4"}
    assert [create(api, body=upload, path=path).status for _ in range(2)] == [404, 404]


def test_after_a_day_a_key_is_free_again(api: Api, world: World) -> None:
    create(api)
    world.clock.time += 24 * 3600 + 2
    assert create(api).status == 201
    assert count(world) == 2


def test_a_request_that_died_without_an_answer_does_not_block_its_key(api: Api, world: World) -> None:
    create(api)
    found = world.database.connection().execute("SELECT pk FROM rows WHERE pk LIKE 'IDEMPOTENCY#%'")
    row = world.platform.records.get(found.fetchone()[0], "IDEMPOTENCY")
    assert row is not None
    world.platform.records.put({**row, "status": "INPROGRESS", "in_progress_until_ms": 1}, expected_rev=None)
    assert create(api).status == 201
    assert count(world) == 2


def test_what_somebody_was_answered_goes_with_their_account(api: Api, world: World) -> None:
    world.person("ann")
    for user in ("ann", "bob"):
        create(api, user=user)
    accounts.delete(world.platform, "ann")
    found = world.database.connection().execute("SELECT body FROM rows WHERE pk LIKE 'IDEMPOTENCY#%'")
    assert [json.loads(row[0])["gsi_pk"] for row in found.fetchall()] == [f"{accounts.ANSWERS_OF}bob"]


def test_an_endless_key_is_refused(api: Api) -> None:
    answer = create(api, **{"Idempotency-Key": "x" * 201})
    assert (answer.status, answer.json["code"]) == (400, "bad_idempotency_key")


def test_a_key_without_a_token_is_nobodys(api: Api) -> None:
    assert api("POST", "/v1/projects", HOUSE, headers=KEY).status == 401


def test_the_same_request_at_the_same_time_is_a_conflict(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two instances of the function: the second is called while the first is at work."""
    answers: list[dict[str, object]] = []
    real = projects.create

    def slow(platform: Platform, user_id: str, wanted: NewProject) -> Project:
        monkeypatch.setattr(projects, "create", real)
        claims = world.claims("ann")
        asked = event("POST", "/v1/projects", HOUSE, claims, KEY)
        answers.append(json.loads(handler_of(studio.projects.router)(asked, LambdaContext())["body"]))
        return real(platform, user_id, wanted)

    monkeypatch.setattr(projects, "create", slow)
    first = create(api)
    assert first.status == 201
    assert (answers[0]["status"], answers[0]["code"]) == (409, "in_progress")
    assert count(world) == 1
