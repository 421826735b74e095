"""A small world for tests of the API: local adapters in a folder, and fakes where work would be started."""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from diorama.errors import NotFound
from diorama.library import actions as library
from diorama.library.models import NewUpload, UploadView, WantedPart, WantedParts
from diorama.plain_json import to_json
from diorama.platform import Platform
from diorama.ports import PUSH_LIMIT_BYTES, Mail
from diorama.settings import Settings
from diorama.studio import members, projects
from diorama.studio.models import NewProject, Profile, Project
from local.accounts import LocalAccounts
from local.database import Database
from local.records import SqliteRecords
from local.store import FolderStore
from tests.fakes import FakeClock, FakeCompute, FakeWorkflows

ISSUER, CLIENT = "https://issuer.test", "client-1"
SECRET = b"a secret of at least thirty-two bytes"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 4
CURRENT: list[Platform] = []
"""What `connect` gives to the handlers under test."""


def connect(_settings: Settings) -> Platform:
    """Found by `diorama.platform.connect` through DIORAMA_PLATFORM."""
    return CURRENT[-1]


@dataclass
class FakeOutbox:
    """Remembers what was sent."""

    mails: list[Mail] = field(default_factory=list)
    pushed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def mail(self, mail: Mail) -> None:
        self.mails.append(mail)

    def publish(self, topic: str, message: dict[str, Any]) -> None:
        return

    def push(self, connection_id: str, message: dict[str, Any]) -> None:
        to_json(message, PUSH_LIMIT_BYTES)
        if connection_id in self.gone:
            raise NotFound("That page is no longer open.")
        self.pushed.append((connection_id, message))


@dataclass
class World:
    """A platform and what tests do with it again and again."""

    platform: Platform
    store: FolderStore
    clock: FakeClock
    workflows: FakeWorkflows
    compute: FakeCompute
    outbox: FakeOutbox
    database: Database

    def person(self, user: str) -> str:
        """The address of somebody who has signed up."""
        self.person_with_id(user, f"{user}@example.test")
        return f"{user}@example.test"

    def person_with_id(self, user_id: str, email: str) -> str:
        """The profile of somebody who has signed up; the id again."""
        profile = Profile(user_id=user_id, email=email, created_at=self.clock.now())
        row = {"pk": f"USER#{user_id}", "sk": "PROFILE", "value": profile.model_dump(mode="json")}
        self.platform.records.put(row, expected_rev=None)
        return user_id

    def member(self, user: str, project_id: str, role: members.MemberRole, of: str = "ann") -> None:
        """Has somebody invited by the owner, and take the invitation."""
        self.person(of)
        wanted = members.NewMember(email=self.person(user), role=role)
        members.invite(self.platform, of, project_id, wanted)
        code = self.outbox.mails[-1].text.partition("#")[2].split()[0]
        members.accept(self.platform, user, members.InvitationCode(code=code))

    def project(self, user: str, name: str = "House") -> Project:
        return projects.create(self.platform, user, NewProject(name=name))

    def begin(
        self, user: str, project_id: str, content: bytes, name: str = "walk.mp4", **changes: Any
    ) -> UploadView:
        wanted = {"name": name, "size": len(content), "type": "video/mp4", **changes}
        return library.begin(self.platform, user, project_id, NewUpload.model_validate(wanted))

    def send(self, user: str, upload: UploadView, content: bytes) -> None:
        """Sends every part through the links that the API signs, as the store's server would take them."""
        for number in range(1, upload.parts + 1):
            part = content[(number - 1) * upload.part_size : number * upload.part_size]
            self.send_part(user, upload, number, part)

    def send_part(self, user: str, upload: UploadView, number: int, content: bytes) -> None:
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        wanted = WantedParts(parts=(WantedPart(number=number, sha256=digest),))
        link = library.sign_parts(self.platform, user, upload.upload_id, wanted).parts[0]
        query = dict(pair.split("=", 1) for pair in link.url.partition("?")[2].split("&"))
        uri = next(iter(self.uris(upload)))
        with self.store.incoming_part(uri, query["upload"], number, digest) as incoming:
            incoming.write(content)

    def uris(self, upload: UploadView) -> list[str]:
        row = self.platform.records.get(f"UPLOAD#{upload.upload_id}", "UPLOAD")
        assert row is not None
        return [row["value"]["uri"]]

    def uploaded(self, user: str, project_id: str, content: bytes = MP4, **changes: Any) -> UploadView:
        upload = self.begin(user, project_id, content, **changes)
        self.send(user, upload, content)
        return library.complete(self.platform, user, upload.upload_id)

    def claims(self, user: str, **changes: Any) -> dict[str, Any]:
        exp = str(int(self.clock.now() + 3600))
        good = {"sub": user, "iss": ISSUER, "client_id": CLIENT, "token_use": "access", "exp": exp}
        return {**good, **changes}

    def stored_files(self) -> list[str]:
        return [stored.uri for stored in self.store.list("s3://media/")]


def make_world(folder: Path, url: str = "http://127.0.0.1:1", **settings: Any) -> World:
    """A world that keeps everything in the folder; the store is served below the URL."""
    clock, workflows, compute, outbox = FakeClock(time.time()), FakeWorkflows(), FakeCompute(), FakeOutbox()
    database = Database(folder / "diorama.sqlite")
    store = FolderStore(folder / "store", f"{url}/store", SECRET, clock)
    told = {
        "bucket": "media",
        "machines": {
            "tours": "ToursMachine",
            "captures": "ToursMachine",
            "objects": "ObjectsMachine",
            "photos": "ObjectsMachine",
        },
        "token_issuer": ISSUER,
        "user_pool_client": CLIENT,
        **settings,
    }
    platform = Platform(
        settings=Settings.model_validate(told),
        store=store,
        jobs=SqliteRecords(database, "jobs"),
        records=SqliteRecords(database, "records"),
        workflows=workflows,
        compute=compute,
        accounts=LocalAccounts(database, SECRET, outbox, clock, ISSUER, CLIENT, CHEAP),
        outbox=outbox,
        clock=clock,
    )
    return World(platform, store, clock, workflows, compute, outbox, database)


@dataclass
class LambdaContext:
    """As much of Lambda's context as a door looks at."""

    function_name: str = "StudioApi"

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


def event(
    method: str,
    path: str,
    body: object = None,
    claims: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A REST API proxy event, as API Gateway sends it."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    authorizer = {} if claims is None else {"authorizer": dict(claims)}
    return {
        "httpMethod": method,
        "path": path,
        "resource": path,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()}
        if query
        else None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"requestId": str(uuid.uuid4()), "path": path, "stage": "live", **authorizer},
        "body": None if body is None else body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }
