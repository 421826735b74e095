"""What every room's door does beside answering: counting, noting, telling browsers."""

import pytest

from diorama.studio import audit
from diorama.studio.audit import Deed, DeedFilter
from tests.functions.conftest import Api
from tests.studio_world import World, make_world

ELSEWHERE = {"Origin": "https://pages.example"}


def deeds(world: World, **which: object) -> tuple[Deed, ...]:
    return audit.found(world.platform, DeedFilter.model_validate(which), 100, None).deeds


def test_a_person_may_ask_a_hundred_times_a_minute(api: Api) -> None:
    api.world.clock.time = 60 * 30_000_000 + 45.5
    assert {api("GET", "/v1/projects", user="ann").status for _ in range(100)} == {200}
    refused = api("GET", "/v1/projects", user="ann")
    assert (refused.status, refused.json["code"]) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == ["15"]
    assert api("GET", "/v1/projects", user="bob").status == 200
    api.world.clock.time += 15
    assert api("GET", "/v1/projects", user="ann").status == 200


def test_the_counters_of_requests_go_by_themselves(api: Api) -> None:
    api("GET", "/v1/projects", user="ann")
    row = api.world.platform.records.query("RATE#ann").rows[0]
    assert 0 < row["ttl"] - api.world.clock.time <= 120


def test_a_key_that_only_reads_changes_nothing(api: Api) -> None:
    claims = api.world.claims("ann", token_use="api_key", scopes="read", key_id="k1")
    assert api("GET", "/v1/projects", claims=claims).status == 200
    refused = api("POST", "/v1/projects", {"name": "House"}, claims=claims)
    assert (refused.status, refused.json["code"]) == (403, "key_lacks_scope")
    writes = api.world.claims("ann", token_use="api_key", scopes="read write", key_id="k1")
    assert api("POST", "/v1/projects", {"name": "House"}, claims=writes).status == 201
    assert [(deed.act, deed.key_id) for deed in deeds(api.world, user_id="ann", outcome="done")] == [
        ("create_project", "k1")
    ]


def test_every_change_and_every_refusal_is_noted_and_reading_is_not(api: Api) -> None:
    made = api("POST", "/v1/projects", {"name": "House"}, user="ann").json["project_id"]
    api("GET", f"/v1/projects/{made}", user="ann")
    api("GET", f"/v1/projects/{made}", user="bob")
    api("POST", "/v1/projects", {"name": ""}, user="ann")
    noted = [(deed.user_id, deed.act, deed.outcome, deed.code) for deed in deeds(api.world)]
    assert sorted(noted) == [
        ("ann", "create_project", "done", ""),
        ("ann", "create_project", "refused", "invalid_request"),
        ("bob", "get_project", "refused", "not_found"),
    ]


def test_guessing_is_noted_without_the_address(api: Api) -> None:
    for password in ("first guess 1", "second guess 2"):
        api("POST", "/v1/auth/login", {"email": "Ann@example.test", "password": password})
    noted = deeds(api.world, act="log_in")
    assert [deed.code for deed in noted] == ["wrong_password"] * 2
    assert {deed.address_digest for deed in noted} == {audit.digest_of("ann@example.test")}
    assert "example.test" not in "".join(deed.model_dump_json() for deed in noted)
    assert "guess" not in "".join(deed.model_dump_json() for deed in noted)


def test_a_deed_stays_as_it_was_noted(world: World) -> None:
    deed = Deed(at=world.clock.now(), user_id="ann", act="create_project", outcome="done")
    audit.note(world.platform, deed)
    audit.note(world.platform, deed)
    assert deeds(world) == (deed, deed)
    world.clock.time += 40 * 24 * 3600
    assert deeds(world) == ()
    assert deeds(world, user_id="ann") == (deed, deed)
    assert deeds(world, month=audit.month_of(deed.at)) == (deed, deed)


def test_every_answer_tells_browsers_to_be_careful(api: Api) -> None:
    for answer in (
        api("GET", "/v1/health"),
        api("GET", "/v1/projects"),
        api("GET", "/v1/nowhere", user="ann"),
    ):
        assert answer.headers["X-Content-Type-Options"] == ["nosniff"]
        assert answer.headers["Cache-Control"] == ["no-store"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"][0]
        assert answer.headers["Strict-Transport-Security"][0].startswith("max-age=")


def test_pages_of_other_origins_read_nothing_unless_they_are_on_the_list(
    api: Api, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert "Access-Control-Allow-Origin" not in api("GET", "/v1/health", headers=ELSEWHERE).headers
    before = api("OPTIONS", "/v1/projects", headers=ELSEWHERE)
    assert before.status == 204
    assert "Access-Control-Allow-Origin" not in before.headers
    listed = make_world(tmp_path_factory.mktemp("w"), cors_origins=("https://pages.example", "*"))
    object.__setattr__(api.world.platform, "settings", listed.platform.settings)
    answer = api("OPTIONS", "/v1/projects", headers=ELSEWHERE)
    assert answer.headers["Access-Control-Allow-Origin"] == ["https://pages.example"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"][0]
    assert api("GET", "/v1/health", headers=ELSEWHERE).headers["Vary"] == ["Origin"]
    for origin in ("null", "*", "https://pages.example.evil.example"):
        assert (
            "Access-Control-Allow-Origin" not in api("GET", "/v1/health", headers={"Origin": origin}).headers
        )
