"""Every route, asked by everybody."""

import pytest

from tests.documents.access import ROOT, page, walk

YES = (200, 201, 202, 204, 302, 409)
OPEN = {
    "GET /v1/downloads/{token}",
    "GET /v1/health",
    "GET /v1/object-files/{token}/{path}",
    "GET /v1/openapi.json",
    "GET /v1/tour-files/{token}/{path}",
    "POST /v1/auth/confirm",
    "POST /v1/auth/login",
    "POST /v1/auth/password/reset",
    "POST /v1/auth/password/reset/confirm",
    "POST /v1/auth/refresh",
    "POST /v1/auth/signup",
    "POST /v1/visits",
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, int]]:
    return walk()


def _of_the_project(route: str) -> bool:
    return (
        "_id}" in route and "/admin/" not in route and "/auth/me/" not in route and "/webhooks/" not in route
    )


def test_the_kept_page_is_what_the_routes_answer(outcomes: dict[str, dict[str, int]]) -> None:
    assert (ROOT / "docs/access.md").read_text(encoding="utf-8") == page(outcomes), "run: make documents"


def test_without_a_token_nothing_answers_but_what_is_open(outcomes: dict[str, dict[str, int]]) -> None:
    assert {route for route, answers in outcomes.items() if answers["nobody"] != 401} <= OPEN


def test_the_owner_may_do_everything_in_the_project(outcomes: dict[str, dict[str, int]]) -> None:
    refused = {
        route: answers["owner"]
        for route, answers in outcomes.items()
        if _of_the_project(route) and answers["owner"] not in YES
    }
    assert refused == {}


def test_what_names_a_thing_of_the_project_is_not_there_for_those_outside(
    outcomes: dict[str, dict[str, int]],
) -> None:
    of_the_project = [route for route in outcomes if _of_the_project(route)]
    assert of_the_project
    for route in of_the_project:
        assert (outcomes[route]["stranger"], outcomes[route]["admin"]) == (404, 404), route


def test_a_viewer_changes_nothing_in_the_project(outcomes: dict[str, dict[str, int]]) -> None:
    for route, answers in outcomes.items():
        if "/deleted-projects/" in route:  # is there for its owner alone
            assert answers["viewer"] == 404
            continue
        # The walk's member to change or remove is the viewer, who may leave.
        if _of_the_project(route) and not route.startswith("GET"):
            leaving = route == "DELETE /v1/projects/{project_id}/members/{member_id}"
            assert answers["viewer"] == (204 if leaving else 403), route


def test_a_key_that_only_reads_changes_nothing(outcomes: dict[str, dict[str, int]]) -> None:
    for route, answers in outcomes.items():
        if not route.startswith("GET") and route not in OPEN:
            assert answers["reading key"] == 403, route


def test_the_admins_rooms_are_not_there_for_anybody_else(outcomes: dict[str, dict[str, int]]) -> None:
    for route, answers in outcomes.items():
        if "/v1/admin/" in route:
            assert answers["admin"] in YES, route
            others = {who: status for who, status in answers.items() if who not in ("admin", "nobody")}
            assert set(others.values()) <= {404, 403}, route


def test_nothing_breaks(outcomes: dict[str, dict[str, int]]) -> None:
    assert [route for route, answers in outcomes.items() if max(answers.values()) >= 500] == []
