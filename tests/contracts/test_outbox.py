"""What every outbox keeps to."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from diorama.aws.outbox import AwsOutbox
from diorama.errors import BadRequest, NotFound
from diorama.ports import MESSAGE_LIMIT_BYTES, PUSH_LIMIT_BYTES, JsonObject, Mail, Outbox
from local.database import Database
from local.outbox import LocalOutbox
from tests.cloud import REGION
from tests.fakes import FakeClock

SENDER = "studio@example.com"
LIVE_URL = f"https://abc.execute-api.{REGION}.amazonaws.com/live"


@dataclass(frozen=True)
class Watched:
    """An outbox, and what left it."""

    outbox: Outbox
    topic: str
    letters: Callable[[], list[tuple[str, str, str]]]  # to, subject, text
    published: Callable[[], list[JsonObject]]
    open_connection: Callable[[str], object]
    close_connection: Callable[[str], object]
    pushed: Callable[[str], list[JsonObject]]


@pytest.fixture(params=["aws", "local"])
def watched(request: pytest.FixtureRequest) -> Watched:
    fixture: Watched = request.getfixturevalue(f"watched_{request.param}")
    return fixture


@pytest.fixture
def outbox(watched: Watched) -> Outbox:
    return watched.outbox


@pytest.fixture
def watched_local(database: Database, tmp_path: Path, clock: FakeClock) -> Watched:
    outbox = LocalOutbox(database, tmp_path / "outbox", clock)

    def letters() -> list[tuple[str, str, str]]:
        found = [path.read_bytes() for path in (tmp_path / "outbox").glob("*.eml")]
        parsed = [message_from_bytes(letter, policy=policy.default) for letter in found]
        return [(letter["to"], letter["subject"], text_of(letter)) for letter in parsed]

    def pushed(connection: str) -> list[JsonObject]:
        return [json.loads(push.text) for push in outbox.take_pushes() if push.connection_id == connection]

    return Watched(
        outbox,
        "StageEventsTopic",
        letters,
        lambda: [queued.message for queued in outbox.undelivered()],
        outbox.open_connection,
        outbox.close_connection,
        pushed,
    )


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).rstrip("\n")


@pytest.fixture(scope="module")
def adapter(aws: None) -> AwsOutbox:
    outbox = AwsOutbox(SENDER, LIVE_URL)
    outbox._ses.create_email_identity(EmailIdentity=SENDER)
    return outbox


@pytest.fixture
def watched_aws(adapter: AwsOutbox) -> Iterator[Watched]:
    topic = adapter._sns.create_topic(Name="stage-events")["TopicArn"]
    live = OpenPages()
    events = adapter._live.meta.events
    events.register("before-parameter-build.apigatewaymanagementapi.PostToConnection", live.post)
    letters = backend("ses").sent_messages
    letters.clear()
    yield Watched(
        adapter,
        topic,
        lambda: [(sent.destinations["ToAddresses"][0], sent.subject, sent.body) for sent in letters],
        lambda: [json.loads(sent[1]) for sent in backend("sns").topics[topic].sent_notifications],
        live.pages.add,
        live.pages.discard,
        lambda connection: live.pushed.get(connection, []),
    )
    adapter._sns.delete_topic(TopicArn=topic)
    events.unregister("before-parameter-build.apigatewaymanagementapi.PostToConnection", live.post)


def backend(service: Any) -> Any:
    return get_backend(service)[DEFAULT_ACCOUNT_ID][REGION]


class OpenPages:
    """Plays what moto leaves out: connections that are closed."""

    def __init__(self) -> None:
        self.pages: set[str] = set()
        self.pushed: dict[str, list[JsonObject]] = {}

    def post(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if params["ConnectionId"] not in self.pages:
            raise ClientError({"Error": {"Code": "GoneException", "Message": ""}}, model.name)
        self.pushed.setdefault(params["ConnectionId"], []).append(json.loads(params["Data"]))


def test_a_letter_arrives_with_its_words(watched: Watched) -> None:
    watched.outbox.mail(Mail("ada@example.com", "Ihre Küche ist fertig \U0001f3a5", "Sehen Sie: größer"))
    assert watched.letters() == [("ada@example.com", "Ihre Küche ist fertig \U0001f3a5", "Sehen Sie: größer")]


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@example.com, b@example.com", "a@b.c\nBcc: d@e.f", "<a@b.c>"]
)
def test_a_letter_goes_to_one_plain_address(address: str) -> None:
    with pytest.raises(BadRequest):
        Mail(address, "subject", "text")


@pytest.mark.parametrize("subject", ["", "one\ntwo", "one\r\nBcc: d@e.f", "one\u2028two"])
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(BadRequest):
        Mail("ada@example.com", subject, "text")


def test_a_message_is_published_as_it_is(watched: Watched) -> None:
    message = {
        "kind": "progress",
        "percent": 12.5,
        "text": "ü\U0001f3a5",
        "none": None,
        "list": [1, True, {}],
    }
    watched.outbox.publish(watched.topic, message)
    assert watched.published() == [message]


@pytest.mark.parametrize("wrong", [{"a": float("nan")}, {"a": b"b"}, {1: 2}], ids=repr)
def test_what_is_no_json_is_not_published(watched: Watched, wrong: Any) -> None:
    watched.open_connection("page1")
    with pytest.raises(ValueError, match=r"."):
        watched.outbox.publish(watched.topic, wrong)
    with pytest.raises(ValueError, match=r"."):
        watched.outbox.push("page1", wrong)
    assert watched.published() == watched.pushed("page1") == []


def test_messages_have_a_limit(watched: Watched) -> None:
    watched.open_connection("page1")
    frame = len('{"a":""}')
    watched.outbox.publish(watched.topic, {"a": "x" * (MESSAGE_LIMIT_BYTES - frame)})
    watched.outbox.push("page1", {"a": "x" * (PUSH_LIMIT_BYTES - frame)})
    with pytest.raises(ValueError, match="limit"):
        watched.outbox.publish(watched.topic, {"a": "x" * (MESSAGE_LIMIT_BYTES - frame + 1)})
    with pytest.raises(ValueError, match="limit"):
        watched.outbox.push("page1", {"a": "ü" * (PUSH_LIMIT_BYTES // 2)})


def test_a_push_reaches_its_page_in_order(watched: Watched) -> None:
    for page in ("page1", "page2"):
        watched.open_connection(page)
    for number in range(3):
        watched.outbox.push("page1", {"number": number})
    assert watched.pushed("page1") == [{"number": number} for number in range(3)]
    assert watched.pushed("page2") == []


def test_a_push_to_a_closed_page_is_not_found(watched: Watched) -> None:
    with pytest.raises(NotFound):
        watched.outbox.push("page1", {})
    watched.open_connection("page1")
    watched.outbox.push("page1", {})
    watched.close_connection("page1")
    with pytest.raises(NotFound):
        watched.outbox.push("page1", {})
