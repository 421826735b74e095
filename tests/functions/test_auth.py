"""Signing up and in, through the API and the real local accounts."""

import base64
import re
from typing import Any

import pytest

from diorama.errors import Conflict
from diorama.studio import accounts
from local.second_factors import STEP_S, code_at
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


def ask(api: Api, method: str, path: str, token: str, body: object = None) -> Answer:
    """As the gateway does: the token's claims go along with the request."""
    claims: dict[str, Any] = api.world.platform.accounts.claims(token)  # type: ignore[attr-defined]
    return api(method, path, body, claims=claims, headers={"Authorization": f"Bearer {token}"})


def test_who_signs_up_confirms_and_logs_in_is_somebody(api: Api) -> None:
    user_id = sign_up(api)
    tokens = log_in(api).json
    assert tokens["token_type"] == "Bearer"
    me = ask(api, "GET", "/v1/auth/me", tokens["access_token"]).json
    assert me == {
        "user_id": user_id,
        "email": EMAIL,
        "plan": "free",
        "created_at": api.world.clock.time,
        "is_admin": False,
    }


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


def authenticator(world: World, secret: str) -> str:
    world.clock.time += STEP_S
    return code_at(base64.b32decode(secret), int(world.clock.time // STEP_S))


def test_an_authenticator_is_set_up_asked_for_and_taken_off(api: Api, world: World) -> None:
    sign_up(api)
    token = log_in(api).json["access_token"]
    path = "/v1/auth/me/second-factor"
    assert ask(api, "GET", path, token).json == {"is_on": False}
    made = ask(api, "POST", path, token).json
    assert made["uri"].startswith("otpauth://totp/Diorama%3Aann%40example.test?secret=" + made["secret"])
    wrong = ask(api, "POST", f"{path}/confirm", token, {"code": "000000"})
    assert (wrong.status, wrong.json["code"]) == (422, "wrong_code")
    right = {"code": authenticator(world, made["secret"])}
    assert ask(api, "POST", f"{path}/confirm", token, right).status == 204
    asked_for = log_in(api)
    assert (asked_for.status, asked_for.json["code"]) == (401, "second_factor_needed")
    credentials = {"email": EMAIL, "password": PASSWORD}
    second = {**credentials, "second_factor": authenticator(world, made["secret"])}
    assert api("POST", "/v1/auth/login", second).status == 200
    for password, code, status in (
        ("not the password", authenticator(world, made["secret"]), 401),
        (PASSWORD, "000000", 401),
        (PASSWORD, authenticator(world, made["secret"]), 204),
    ):
        dropped = ask(api, "POST", f"{path}/drop", token, {"password": password, "code": code})
        assert dropped.status == status
    assert log_in(api).status == 200


def test_a_key_is_shown_once_listed_and_revoked(api: Api) -> None:
    sign_up(api)
    token = log_in(api).json["access_token"]
    path = "/v1/auth/me/keys"
    made = ask(api, "POST", path, token, {"name": "Backup", "scopes": ["read"], "lasts_days": 30}).json
    assert made["secret"].startswith("dio_")
    (listed,) = ask(api, "GET", path, token).json["keys"]
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert ask(api, "DELETE", f"{path}/{made['key_id']}", token).status == 204
    assert ask(api, "DELETE", f"{path}/{made['key_id']}", token).status == 404
    assert ask(api, "GET", path, token).json == {"keys": []}


def test_a_key_makes_no_keys_and_ends_no_account(api: Api) -> None:
    claims = api.world.claims("ann", token_use="api_key", scopes="read write", key_id="k1")
    for method, path, body in (
        ("POST", "/v1/auth/me/keys", {"name": "Another"}),
        ("DELETE", "/v1/auth/me", None),
        ("GET", "/v1/auth/me/second-factor", None),
    ):
        answer = api(method, path, body, claims=claims)
        assert (answer.status, answer.json["code"]) == (403, "session_needed")


def test_who_ends_their_account_is_nobody_and_may_begin_anew(api: Api) -> None:
    first = sign_up(api)
    token = log_in(api).json["access_token"]
    assert ask(api, "DELETE", "/v1/auth/me", token).status == 204
    assert log_in(api).status == 401
    assert sign_up(api) != first
