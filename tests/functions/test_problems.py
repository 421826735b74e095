"""Errors tell what happened and what to do, and nothing that is nobody's business."""

import json
import logging

import pytest

from diorama.errors import ConfigurationError, Unavailable
from tests.functions.calling import handler_for
from tests.functions.conftest import Api
from tests.studio_world import LambdaContext, event


def test_a_problem_has_a_code_a_sentence_an_advice_and_the_correlation_id(api: Api) -> None:
    answer = api("GET", "/v1/projects/nothing", user="ann")
    assert answer.headers["Content-Type"] == ["application/problem+json"]
    assert answer.json == {
        "type": "urn:diorama:problem:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such project.",
        "code": "not_found",
        "advice": "Check the id; yours are listed at /v1/projects.",
        "correlation_id": answer.headers["X-Correlation-Id"][0],
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "House", "colour": "red"}, "colour"),
        ({"name": 7}, "name"),
        (None, ""),
        ([], ""),
        ('"text"', ""),
        ("{not json", "1"),
    ],
)
def test_a_request_that_is_not_as_it_must_be_names_the_field(api: Api, body: object, field: str) -> None:
    answer = api("POST", "/v1/projects", body, user="ann")
    assert (answer.status, answer.json["code"]) == (422, "invalid_request")
    assert answer.json["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("query", "status"), [({"limit": "0"}, 422), ({"limit": "x"}, 422), ({"cursor": "forged"}, 400)]
)
def test_a_query_that_is_not_as_it_must_be_is_refused(api: Api, query: dict[str, str], status: int) -> None:
    assert api("GET", "/v1/projects", user="ann", query=query).status == status


@pytest.mark.parametrize("room", ["projects", "uploads", "jobs", "tours"])
def test_an_endless_id_is_simply_not_there(api: Api, room: str) -> None:
    answer = api("GET", f"/v1/{room}/{'x' * 3000}", user="ann")
    assert (answer.status, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", ["", "a\x00.mp4", "a\nb.mp4", "x" * 256])
def test_a_file_name_that_no_file_has_is_not_taken(api: Api, name: str) -> None:
    project = api.world.project("ann").project_id
    body = {"name": name, "size": 10, "type": "video/mp4"}
    answer = api("POST", f"/v1/projects/{project}/uploads", body, user="ann")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "name")


def test_a_stage_parameter_beyond_its_limits_is_named(api: Api) -> None:
    body = {"project_id": "p", "upload_id": "u", "params": {"solve_poses": {"max_features": 1}}}
    answer = api("POST", "/v1/tours", body, user="ann")
    assert answer.json["errors"][0]["field"] == "params.solve_poses.max_features"


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e999"])
def test_a_number_without_end_is_not_taken(api: Api, number: str) -> None:
    project = api.world.project("ann").project_id
    ids = f'"project_id": "{project}", "upload_id": "{api.world.uploaded("ann", project).upload_id}"'
    body = f'{{{ids}, "params": {{"sample_frames": {{"min_fps": {number}}}}}}}'
    assert api("POST", "/v1/tours", body, user="ann").status == 422


def test_another_media_type_than_json_is_refused(api: Api) -> None:
    answer = api("POST", "/v1/projects", "<a/>", user="ann", headers={"Content-Type": "text/xml"})
    assert (answer.status, answer.json["code"]) == (415, "not_json")


@pytest.mark.parametrize("call", ["GET /v1/nothing", "PUT /v1/projects", "GET /v1/tours/a/b/c"])
def test_an_unknown_route_is_not_found(api: Api, call: str) -> None:
    method, path = call.split(" ")
    answer = api(method, path, user="ann")
    assert (answer.status, answer.json["code"]) == (404, "no_such_route")


def test_an_error_of_ours_is_logged_with_its_trace_and_shown_without(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_args: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("diorama.studio.projects.listed", fail)
    answer = api("GET", "/v1/projects", user="ann")
    assert (answer.status, answer.json["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "ZeroDivisionError" not in answer.text


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unavailable("The table is busy.", "Try again."), 503, "unavailable"),
        (ConfigurationError("DIORAMA_X is wrong."), 500, "internal"),
    ],
)
def test_errors_of_the_tree_keep_their_status_and_hide_the_configuration(
    api: Api, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr("diorama.studio.projects.listed", fail)
    answer = api("GET", "/v1/projects", user="ann")
    assert (answer.status, answer.json["code"]) == (status, code)
    assert "DIORAMA_X" not in answer.text


def test_what_is_logged_holds_no_body_and_no_token(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("diorama").addHandler(caplog.handler)
    headers = {"Authorization": "Bearer eyJ.secret.token"}
    api("POST", "/v1/projects", {"name": "Top secret"}, user="ann", headers=headers)
    api("POST", "/v1/auth/login", {"email": "a@b.test", "password": "hunter2 secret"})
    logging.getLogger("diorama").removeHandler(caplog.handler)
    lines = [str(record.__dict__) for record in caplog.records]
    assert any("/v1/projects" in line for line in lines)
    assert not any("secret" in line for line in lines)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "text/plain", "application/x-www-form-urlencoded", "x"]
)
def test_a_body_of_another_kind_is_not_even_looked_at(api: Api, kind: str) -> None:
    answer = api("POST", "/v1/projects", "a=1", user="ann", headers={"Content-Type": kind})
    assert (answer.status, answer.json["code"]) == (415, "not_json")


def test_bytes_that_are_no_text_are_refused(api: Api) -> None:
    sent = event("POST", "/v1/projects", "/wA=", api.world.claims("ann"))
    answer = handler_for("/v1/projects")({**sent, "isBase64Encoded": True}, LambdaContext())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "not_text")


def test_an_answer_without_content_names_no_type(api: Api) -> None:
    path = f"/v1/projects/{api.world.project('ann').project_id}"
    answer = api("DELETE", path, user="ann")
    assert (answer.status, answer.text) == (204, "")
    assert "Content-Type" not in answer.headers
