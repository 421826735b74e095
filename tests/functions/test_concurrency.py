"""Rooms that serve at the same time in one process don't see each other's requests."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.functions.calling import Api, handler_for, standing_in


def test_concurrent_requests_to_several_rooms_do_not_mix(tmp_path: Path) -> None:
    with standing_in(tmp_path, newcomers_plan="enterprise") as world:
        ask_all_at_once(Api(world))


def ask_all_at_once(api: Api) -> None:
    locks = {handler_for(path): threading.Lock() for path in ("/v1/projects", "/v1/uploads/x", "/v1/tours")}
    made = {user: api.world.project(user, name=user).project_id for user in ("ann", "bob", "cyd")}
    upload = {"name": "a.mp4", "size": 10, "type": "video/mp4"}

    def ask(n: int) -> None:
        user = list(made)[n % 3]
        method, path, body = [
            ("GET", f"/v1/projects/{made[user]}", None),
            ("POST", f"/v1/projects/{made[user]}/uploads", upload),
            ("GET", f"/v1/tours/{user}-{n}", None),
        ][n // 3 % 3]
        with locks[handler_for(path)]:  # as the local gateway does: one request at a time a function
            answer = api(method, path, body, user=user)
        if path.startswith("/v1/tours"):
            assert answer.json["detail"] == "There is no such tour."
        else:
            assert answer.json["project_id"] == made[user], answer.text

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(ask, range(270)))
