"""Signing up and in, through the API and the real local accounts."""

import re
from typing import Any

import pytest

from diorama.errors import Conflict
from diorama.studio import accounts
from tests.functions.conftest import Answer, Api
from tests.studio_world import World

EMAIL, PASSWORD = "ann@example.test", "correct horse battery 9"


def code_in_mail(world: World) -> str:
    found = re.search(r"\b\d{6,}\b", world.outbox.mails[-1].text)
    assert found
    return found[0]


def sign_up(api: Api) -> str:
    answer = api("POST", "/v1/auth/signup", {"email": EMAIL, "password": PASSWORD})
    assert answer.status == 201, answer.text
    confirmed = api("POST", "/v1/auth/confirm", {"email": EMAIL, "code": code_in_mail(api.world)})
    assert (confirmed.status, confirmed.text) == (204, "")
    return str(answer.json["user_id"])


def log_in(api: Api, password: str = PASSWORD) -> Answer:
    return api("POST", "/v1/auth/login", {"email": EMAIL, "password": password})


def ask(api: Api, method: str, path: str, token: str) -> Answer:
    """As the gateway does: the token's claims go along with the request."""
    claims: dict[str, Any] = api.world.platform.accounts.claims(token)  # type: ignore[attr-defined]
    return api(method, path, claims=claims, headers={"Authorization": f"Bearer {token}"})


def test_who_signs_up_confirms_and_logs_in_is_somebody(api: Api) -> None:
    user_id = sign_up(api)
    tokens = log_in(api).json
    assert tokens["token_type"] == "Bearer"
    me = ask(api, "GET", "/v1/auth/me", tokens["access_token"]).json
    assert me == {"user_id": user_id, "email": EMAIL, "plan": "free", "created_at": api.world.clock.time}


def test_before_it_is_confirmed_an_account_is_closed(api: Api) -> None:
    api("POST", "/v1/auth/signup", {"email": EMAIL, "password": PASSWORD})
    answer = log_in(api)
    assert (answer.status, answer.json["code"]) == (401, "not_confirmed")


def test_an_address_signs_up_once(api: Api) -> None:
    sign_up(api)
    answer = api("POST", "/v1/auth/signup", {"email": EMAIL.upper(), "password": PASSWORD})
    assert answer.status == 409


@pytest.mark.parametrize("password", ["short", "x"])
def test_a_weak_password_is_refused(api: Api, password: str) -> None:
    answer = api("POST", "/v1/auth/signup", {"email": EMAIL, "password": password})
    assert answer.status == 422
    assert password not in answer.text.replace("password", "")


def test_a_wrong_password_and_an_unknown_address_look_alike(api: Api) -> None:
    sign_up(api)
    wrong = log_in(api, "wrong horse battery 9").json
    unknown = api("POST", "/v1/auth/login", {"email": "x@example.test", "password": PASSWORD}).json
    assert {**wrong, "correlation_id": ""} == {**unknown, "correlation_id": ""}


def test_a_refresh_token_gives_new_tokens(api: Api) -> None:
    sign_up(api)
    answer = api("POST", "/v1/auth/refresh", {"refresh_token": log_in(api).json["refresh_token"]})
    assert ask(api, "GET", "/v1/auth/me", answer.json["access_token"]).status == 200
    assert api("POST", "/v1/auth/refresh", {"refresh_token": "made up"}).status == 401


def test_logging_out_ends_the_session(api: Api) -> None:
    sign_up(api)
    tokens = log_in(api).json
    assert ask(api, "POST", "/v1/auth/logout", tokens["access_token"]).status == 204
    assert api("POST", "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]}).status == 401


def test_a_forgotten_password_is_set_anew_with_a_mailed_code(api: Api) -> None:
    sign_up(api)
    known = api("POST", "/v1/auth/password/reset", {"email": EMAIL})
    unknown = api("POST", "/v1/auth/password/reset", {"email": "x@example.test"})
    assert known.status == unknown.status == 202
    assert known.json == unknown.json
    new = {"email": EMAIL, "code": code_in_mail(api.world), "password": "another horse battery 9"}
    assert api("POST", "/v1/auth/password/reset/confirm", {**new, "code": "000"}).status == 422
    assert api("POST", "/v1/auth/password/reset/confirm", new).status == 204
    assert log_in(api, "another horse battery 9").status == 200
    assert log_in(api).status == 401


@pytest.mark.parametrize("email", ["", "no-at", "two words@example.test", "x" * 260 + "@a.test"])
def test_what_is_no_address_is_not_taken(api: Api, email: str) -> None:
    answer = api("POST", "/v1/auth/login", {"email": email, "password": PASSWORD})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "email")


def test_a_secret_that_is_not_as_it_must_be_is_not_shown(api: Api) -> None:
    answer = api("POST", "/v1/auth/login", {"email": EMAIL, "password": ["hunter2"]})
    assert answer.status == 422
    assert "hunter2" not in answer.text


def test_logging_in_mends_a_profile_that_was_never_written(api: Api, world: World) -> None:
    user_id = sign_up(api)
    world.platform.records.delete(f"USER#{user_id}", "PROFILE")
    token = log_in(api).json["access_token"]
    assert ask(api, "GET", "/v1/auth/me", token).json["email"] == EMAIL


def test_a_known_address_is_a_conflict_for_the_action_too(world: World) -> None:
    accounts.sign_up(world.platform, EMAIL, PASSWORD)
    with pytest.raises(Conflict):
        accounts.sign_up(world.platform, f" {EMAIL} ", PASSWORD)
