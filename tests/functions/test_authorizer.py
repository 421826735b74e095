"""Who sends a request, told before a room is called."""

from typing import Any

import pytest

from diorama.studio import api_keys
from diorama.studio.identity import person_of
from studio.authorizer import UnauthorizedError, handler
from tests.studio_world import World

EMAIL, PASSWORD = "ann@example.test", "correct horse battery 9"
STAGE = "arn:aws:execute-api:eu-west-1:123456789012:abc/api"


def asked(headers: dict[str, str], method: str = "GET") -> dict[str, Any]:
    return {"httpMethod": method, "methodArn": f"{STAGE}/{method}/v1/projects", "headers": headers}


def logged_in(world: World, **changes: Any) -> str:
    world.platform.accounts.ensure(EMAIL, PASSWORD)  # type: ignore[attr-defined]
    return world.platform.accounts.log_in(EMAIL, PASSWORD).access_token


def test_a_log_ins_token_tells_who_and_opens_the_whole_api(world: World) -> None:
    said = handler(asked({"authorization": f"Bearer {logged_in(world)}"}), None)
    statement = said["policyDocument"]["Statement"][0]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", f"{STAGE}/*")
    assert all(isinstance(value, str) for value in said["context"].values())
    who = person_of(said["context"], world.platform.settings, world.clock.now())
    assert (who.user_id, who.is_admin, who.key_id) == (said["principalId"], False, "")


def test_whoever_is_in_the_admin_group_is_an_admin(world: World) -> None:
    user_id = world.platform.accounts.ensure(EMAIL, PASSWORD)  # type: ignore[attr-defined]
    world.platform.accounts.make_admin(user_id)  # type: ignore[attr-defined]
    said = handler(asked({"Authorization": f"bearer {logged_in(world)}"}), None)
    assert person_of(said["context"], world.platform.settings, world.clock.now()).is_admin


def test_an_api_key_tells_who_and_what_it_may(world: World) -> None:
    key = api_keys.create(world.platform, "ann", api_keys.NewApiKey(name="Backup", scopes=("read",)))
    said = handler(asked({"Authorization": f"Bearer {key.secret}"}), None)
    who = person_of(said["context"], world.platform.settings, world.clock.now())
    assert (who.user_id, who.key_id, who.scopes) == ("ann", key.key_id, {"read"})
    assert not who.is_admin


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer  ", "Basic YTpi", "Bearer nonsense", "Bearer dio_x"]
)
def test_anything_else_is_nobody(world: World, header: str) -> None:
    with pytest.raises(UnauthorizedError, match=r"^Unauthorized$"):
        handler(asked({"Authorization": header}), None)
    with pytest.raises(UnauthorizedError):
        handler({**asked({}), "headers": None}, None)


def test_who_has_logged_out_is_nobody_at_once(world: World) -> None:
    token = logged_in(world)
    world.platform.accounts.log_out(token)
    with pytest.raises(UnauthorizedError):
        handler(asked({"Authorization": f"Bearer {token}"}), None)


def test_a_revoked_or_expired_key_is_nobodys(world: World) -> None:
    kept = api_keys.create(world.platform, "ann", api_keys.NewApiKey(name="a", lasts_days=1))
    revoked = api_keys.create(world.platform, "ann", api_keys.NewApiKey(name="b"))
    api_keys.revoke(world.platform, "ann", revoked.key_id)
    world.clock.time += 24 * 3600
    for key in (kept, revoked):
        with pytest.raises(UnauthorizedError):
            handler(asked({"Authorization": f"Bearer {key.secret}"}), None)


def test_a_preflight_is_let_through_as_nobody(world: World) -> None:
    said = handler(asked({}, "OPTIONS"), None)
    assert said["context"] == {}
