"""Other people's servers, told of jobs: signed, again until it gets through, and nowhere they should not lead."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from typing import Any

import pytest

from diorama.errors import NotFound, Refused
from diorama.studio import outgoing, webhooks
from diorama.studio.webhooks import NewWebhook
from tests.studio_jobs import a_job
from tests.studio_world import World

URL = "https://example.com/hook?a=1"
DONE = a_job(state="succeeded", ended_at=1_800_000_100.0)


class Server:
    """Answers each delivery with the next status, and keeps what was sent."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, bytes, Mapping[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.sent.append((url, body, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def made(world: World, **wanted: Any) -> webhooks.MadeWebhook:
    return webhooks.create(world.platform, "ann", NewWebhook.model_validate({"url": URL, **wanted}))


def shown(world: World, hook: webhooks.Webhook) -> list[webhooks.Delivery]:
    return list(webhooks.deliveries(world.platform, "ann", hook.webhook_id, 10, None).deliveries)


def is_signed(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """As a receiver would check it."""
    time, *signatures = headers["Diorama-Signature"].split(",")
    expected = hmac.new(
        secret.encode(), f"{time.removeprefix('t=')}.".encode() + body, hashlib.sha256
    ).hexdigest()
    return f"v1={expected}" in signatures


def test_a_job_that_ends_is_told_once_and_signed(world: World) -> None:
    hook, server = made(world), Server(204)
    webhooks.job_ended(world.platform, DONE)
    world.clock.time += 5
    webhooks.job_ended(world.platform, DONE)
    assert webhooks.deliver_due(world.platform, server) == 1
    ((url, body, headers),) = server.sent
    assert url == URL
    assert is_signed(hook.secret, body, headers)
    assert not is_signed("another", body, headers)
    told = json.loads(body)
    assert (told["event"], told["data"]["job_id"], told["data"]["status"]) == (
        "job.succeeded",
        "job1",
        "succeeded",
    )
    (delivery,) = shown(world, hook)
    assert (delivery.state, delivery.answered, delivery.tries) == ("delivered", 204, 1)
    assert webhooks.deliver_due(world.platform, server) == 0


def test_what_does_not_get_through_is_tried_again_ever_later_and_given_up_at_last(world: World) -> None:
    hook = made(world)
    server = Server(500, ConnectionRefusedError(), Refused("in a private network"), *[302] * 5)
    webhooks.job_ended(world.platform, DONE)
    tried_at = []
    for _ in range(60 * 3):
        if webhooks.deliver_due(world.platform, server) == 0 and len(server.sent) > len(tried_at):
            tried_at.append(world.clock.time)
        world.clock.time += 60
    waits = [round((later - earlier) / 60) for earlier, later in pairwise(tried_at)]
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    (delivery,) = shown(world, hook)
    assert (delivery.state, delivery.tries, delivery.next_try_at) == ("given_up", webhooks.TRIES, None)
    assert delivery.problem == "It answered 302."


def test_for_a_day_after_a_rotation_both_secrets_sign(world: World) -> None:
    old = made(world)
    new = webhooks.rotate(world.platform, "ann", old.webhook_id)
    for later_s, both in ((0, True), (webhooks.OLD_SECRET_LASTS_S, False)):
        world.clock.time += later_s
        server = Server(200)
        webhooks.test(world.platform, "ann", old.webhook_id)
        webhooks.deliver_due(world.platform, server)
        _, body, headers = server.sent[0]
        assert is_signed(new.secret, body, headers)
        assert is_signed(old.secret, body, headers) == both


def test_only_what_was_asked_for_is_told_and_only_whose_job_it_is(world: World) -> None:
    hook = made(world, events=["job.failed"])
    webhooks.job_ended(world.platform, DONE)
    webhooks.job_ended(world.platform, DONE.model_copy(update={"state": "failed", "user_id": "bob"}))
    assert shown(world, hook) == []
    webhooks.job_ended(world.platform, DONE.model_copy(update={"state": "failed"}))
    assert [delivery.event for delivery in shown(world, hook)] == ["job.failed"]


def test_a_removed_webhook_is_told_nothing_and_leaves_nothing(world: World) -> None:
    hook = made(world)
    webhooks.job_ended(world.platform, DONE)
    webhooks.remove(world.platform, "ann", hook.webhook_id)
    assert webhooks.deliver_due(world.platform, Server()) == 0
    rows = world.database.connection().execute("SELECT body FROM rows").fetchall()
    assert hook.webhook_id not in "".join(row["body"] for row in rows)
    for act in (webhooks.remove, webhooks.rotate, webhooks.test):
        with pytest.raises(NotFound):
            act(world.platform, "ann", hook.webhook_id)


def test_secrets_are_in_no_list(world: World) -> None:
    hook = made(world)
    assert hook.secret not in repr(hook)
    assert "secret" not in webhooks.listed(world.platform, "ann").model_dump_json()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://user:pw@example.com/",
        "https://example.com:8443/",
        "ftp://example.com",
        "https://",
        "example.com",
        "https://[::1",
    ],
)
def test_an_address_that_is_not_sent_to_is_refused_at_once(world: World, url: str) -> None:
    with pytest.raises(Refused) as refused:
        made(world, url=url)
    assert refused.value.stable_code == "bad_url"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_sent_to(address: str) -> None:
    for addresses in ([address], ["93.184.216.34", address]):
        with pytest.raises(Refused, match="private network"):
            outgoing.post(URL, b"{}", {}, resolve=lambda _host, _port, found=addresses: found)
    with pytest.raises(Refused):
        outgoing.post("http://example.com/", b"{}", {}, resolve=lambda _host, _port: ["93.184.216.34"])


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A real server on this machine, and what it was sent."""
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append({"path": self.path, "body": body, "headers": dict(self.headers)})
            self.send_response(302 if self.path == "/elsewhere" else 200)
            self.send_header("Location", "/followed")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_on_ones_own_machine_any_server_is_told(receiver: tuple[str, list[dict[str, Any]]]) -> None:
    url, seen = receiver
    assert outgoing.post(f"{url}/hook?a=1", b"{}", {"Diorama-Signature": "t=1"}, anywhere=True) == 200
    assert seen[0]["path"] == "/hook?a=1"
    assert seen[0]["headers"]["Diorama-Signature"] == "t=1"
    assert outgoing.post(f"{url}/elsewhere", b"{}", {}, anywhere=True) == 302
    assert len(seen) == 2, "nothing is followed"


def test_a_server_that_is_not_there_is_no_answer() -> None:
    with pytest.raises(OSError, match="refused"):
        outgoing.post("http://127.0.0.1:9/", b"{}", {}, anywhere=True)
