"""The six doors to the outside: what Diorama asks of a store, a table, a queue of work and the like.

`diorama.aws` serves them with boto3, `local` on one machine. Both pass the same contract tests.
All times are Unix seconds, all sizes bytes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from diorama.errors import BadRequest

JsonObject = dict[str, Any]

ROW_LIMIT_BYTES = 32 * 1024
MESSAGE_LIMIT_BYTES = 256 * 1024
PUSH_LIMIT_BYTES = 128 * 1024
SMALLEST_PART_BYTES = 5 * 1024**2  # of an upload, the last part aside
LARGEST_PART_BYTES = 5 * 1024**3
PARTS_LIMIT = 10_000


class Clock(Protocol):
    """The time, so that tests can move it."""

    def now(self) -> float: ...


# --- Store: files -------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredObject:
    """One file of the store."""

    uri: str
    size: int


@dataclass(frozen=True)
class PartToUpload:
    """A part that a client wants to send; numbers start at 1, `sha256` is base64 of the digest."""

    number: int
    sha256: str


@dataclass(frozen=True)
class SignedPart:
    """Where a part may be PUT, with the headers that must go along."""

    number: int
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class UploadedPart:
    """A part that has arrived whole."""

    number: int
    size: int
    sha256: str
    etag: str


class Store(Protocol):
    """Files by URI, `s3://bucket/key`; `diorama.uris` says what a key may be, others raise `BadRequest`.

    No file is a folder too: a key followed by `/` is never the start of another. A file appears whole,
    and what was written is what the next read gets.
    """

    def put(self, uri: str, content: bytes, content_type: str | None = None) -> None:
        """Writes a file whole, over what was there; None: the content type that its name suggests."""
        ...

    def get(self, uri: str, start: int = 0, length: int | None = None) -> bytes:
        """The content, or up to `length` bytes from `start`: fewer at its end. Raises `NotFound`."""
        ...

    def list(self, uri_prefix: str) -> Iterator[StoredObject]:
        """Every file whose URI starts with the prefix, in order of the bytes of the URI."""
        ...

    def delete(self, uri_prefix: str) -> int:
        """Deletes every file whose URI starts with the prefix; how many. Missing ones are no error.

        End it with `/` to mean a folder: `.../p1` also takes `.../p10`. A whole bucket: `BadRequest`.
        """
        ...

    def purge(self, uri_prefix: str) -> None:
        """Like `delete`, and nothing can bring them back: earlier versions and parts of open uploads go too."""
        ...

    def fetch_folder(self, uri: str, folder: Path) -> None:
        """Copies every file under `uri/` into the folder (made if needed), or the one file at `uri`.

        Raises `NotFound` where there is neither.
        """
        ...

    def put_folder(self, folder: Path, uri: str) -> None:
        """Copies every file of the folder to `uri/`, `report.json` last: its presence means "whole".

        Raises `BadRequest` for a symbolic link among them.
        """
        ...

    def copy(self, copies: Sequence[tuple[str, str]]) -> None:
        """Copies files within the store, each from the first URI to the second, several at once, of any size.

        A copy appears whole, over what was there, and keeps the content type. Raises `NotFound` for a missing
        one; others may have been copied then.
        """
        ...

    def url(self, uri: str, expires_s: int, download_name: str | None = None) -> str:
        """A link that lets anyone GET the file (with Range) for a while."""
        ...

    def begin_upload(self, uri: str, content_type: str) -> str:
        """Opens an upload in parts; its id. It may be dropped after a week."""
        ...

    def upload_urls(
        self, uri: str, multipart_id: str, parts: Sequence[PartToUpload], expires_s: int
    ) -> Sequence[SignedPart]:
        """Links for PUTting parts; a part whose bytes don't match its checksum is refused there.

        A part sent again replaces the one before. Raises `BadRequest` for numbers or checksums that are none.
        """
        ...

    def uploaded_parts(self, uri: str, multipart_id: str) -> Sequence[UploadedPart]:
        """The parts that have arrived, by number. Raises `NotFound` for an upload that is not open."""
        ...

    def complete_upload(self, uri: str, multipart_id: str, parts: Sequence[UploadedPart]) -> None:
        """Joins the parts, by number, into the file. Raises `NotFound`, `Conflict` where a part is not there
        as named, and `Refused` where one but the last is under `SMALLEST_PART_BYTES`."""
        ...

    def abort_upload(self, uri: str, multipart_id: str) -> None:
        """Drops an open upload and its parts; nothing happens where there is none."""
        ...


# --- Records: rows ------------------------------------------------------------------------------

Row = dict[str, Any]
"""`pk`, `sk` (strings), `rev` (int, counted by the table), optionally `gsi_pk`, `gsi_sk` (strings)
and `ttl` (Unix seconds, int); the rest is JSON: str, bool, int, float, None, list, dict."""


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursor for those that follow (None at the end)."""

    rows: Sequence[Row]
    cursor: str | None = None


@dataclass(frozen=True)
class Put:
    """Writes a row. `expected_rev`: 0 = must not exist, n = must be at rev n, None = whatever is there."""

    row: Row
    expected_rev: int | None


@dataclass(frozen=True)
class Delete:
    """Deletes a row under the same condition; deleting what is not there is fine when it is None."""

    pk: str
    sk: str
    expected_rev: int | None = None


Write = Put | Delete


class Records(Protocol):
    """One table of rows. Reads see every earlier write, except `query(..., index=True)`, which may lag.

    A row past its `ttl` may still be returned for a while: callers check. What is no row, or over 32 KB,
    raises `ValueError` (`diorama.rows`); whole floats come back as ints. A condition that does not hold
    raises `Conflict`; after a lost answer that may be one's own write, so read again, then decide.
    """

    def get(self, pk: str, sk: str) -> Row | None: ...

    def put(self, row: Row, expected_rev: int | None) -> Row:
        """Writes the row and returns it with its new `rev` (one more than what was there, from 1)."""
        ...

    def delete(self, pk: str, sk: str, expected_rev: int | None = None) -> None: ...

    def query(
        self,
        pk: str,
        sk_prefix: str = "",
        *,
        index: bool = False,
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Rows of one partition in order of the bytes of `sk` (or of `gsi_sk` under `gsi_pk` with `index`).

        A page is full unless it is the last, which alone has no cursor.

        Raises `BadRequest` for a cursor that is not one of ours.
        """
        ...

    def add(
        self, pk: str, sk: str, field: str, amount: int, ceiling: int | None = None, ttl: int | None = None
    ) -> int:
        """Adds to a whole number (from 0, row made if needed) and returns it; counts in `rev` as any write.

        `ttl` is written to the row where given. Raises `TooMuch`, and changes nothing, where it would pass the ceiling.
        """
        ...

    def transact(self, writes: Sequence[Write]) -> None:
        """All writes or none, at most 100, each row at most once. Raises `Conflict`."""
        ...


# --- Workflows: state machines ------------------------------------------------------------------

ExecutionState = Literal["running", "succeeded", "failed", "timed_out", "aborted"]


@dataclass(frozen=True)
class Execution:
    """How one run of a state machine stands."""

    state: ExecutionState
    output: JsonObject | None = None
    error: str = ""
    cause: str = ""


class Workflows(Protocol):
    """State machines, named by their ARN (locally: by their name in the template)."""

    def start(self, machine: str, name: str, data: JsonObject) -> str:
        """Starts an execution; its id. The same machine, name and data again is the same execution;
        the same name with other data raises `Conflict`."""
        ...

    def stop(self, execution: str, cause: str) -> None:
        """Aborts it; nothing happens where it has ended. Raises `NotFound`."""
        ...

    def status(self, execution: str) -> Execution:
        """Raises `NotFound`."""
        ...

    def answer(self, task_token: str, output: JsonObject) -> None:
        """Lets the waiting state go on. Raises `NotFound` for a token nobody waits on (any more)."""
        ...

    def fail(self, task_token: str, error: str, cause: str) -> None:
        """Fails the waiting state. Raises `NotFound` likewise."""
        ...


# --- Compute: heavy work ------------------------------------------------------------------------

WorkState = Literal["running", "succeeded", "failed", "stopped", "unknown"]


@dataclass(frozen=True)
class LaunchCall:
    """A SageMaker call as a value, written by `diorama.launch` and nowhere else."""

    operation: Literal["create_training_job", "invoke_endpoint_async"]
    arguments: JsonObject = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The training job's name, or the inference id."""
        key = "TrainingJobName" if self.operation == "create_training_job" else "InferenceId"
        return str(self.arguments[key])


class Compute(Protocol):
    """Machines that run the worker."""

    def launch(self, call: LaunchCall) -> None:
        """Starts the work; the same name twice is one work. Raises `Unavailable` (no capacity, throttled)."""
        ...

    def stop(self, name: str) -> None:
        """Asks it to stop (SIGTERM); nothing happens where it has ended or can't be stopped."""
        ...

    def state(self, name: str) -> WorkState:
        """`unknown`: never seen, or an endpoint's work, which nobody can ask after."""
        ...

    def billable_s(self, name: str) -> float | None:
        """The seconds that are billed for work that has ended; None where nobody tells (yet)."""
        ...


# --- Accounts -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tokens:
    """What a log-in gives. The access token is the bearer; never logged."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_s: int


class Accounts(Protocol):
    """Who people are. Every refusal is a `DioramaError` that does not tell whether an address is known,
    except `sign_up`, which raises `Conflict`."""

    def sign_up(self, email: str, password: str) -> str:
        """Makes an account and has a code mailed; the user's id. Raises `Refused` for a weak password."""
        ...

    def confirm(self, email: str, code: str) -> None:
        """Raises `Refused` for a wrong or old code."""
        ...

    def log_in(self, email: str, password: str, second_factor: str = "") -> Tokens:
        """`second_factor` is what the person's authenticator shows now, where one is set up.

        Raises `NotSignedIn`, code "wrong_password", "not_confirmed", "second_factor_needed" or
        "wrong_second_factor".
        """
        ...

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens; the old refresh token may stop working. Raises `NotSignedIn`."""
        ...

    def claims(self, access_token: str) -> JsonObject:
        """What a good access token says: `sub`, `iss`, `client_id`, `token_use`, `exp`, `cognito:groups`, ...

        Raises `NotSignedIn` for any other, and for one whose session was ended.
        """
        ...

    def log_out(self, access_token: str) -> None:
        """Ends every session of the user. Raises `NotSignedIn`."""
        ...

    def has_second_factor(self, access_token: str) -> bool:
        """Whether logging in takes a code of an authenticator too. Raises `NotSignedIn`."""
        ...

    def begin_second_factor(self, access_token: str) -> str:
        """A new secret for an authenticator (RFC 6238: SHA-1, 30 s, 6 digits), in base 32; nothing counts
        before it is confirmed. Raises `NotSignedIn`."""
        ...

    def confirm_second_factor(self, access_token: str, code: str) -> None:
        """From now on logging in takes a code. Raises `NotSignedIn`, or `Refused` for a wrong one."""
        ...

    def drop_second_factor(self, access_token: str) -> None:
        """Logging in takes a password alone again; nothing happens where it does. Raises `NotSignedIn`."""
        ...

    def begin_reset(self, email: str) -> None:
        """Has a code mailed where the address is known; silent where not."""
        ...

    def reset(self, email: str, code: str, password: str) -> None:
        """Raises `Refused` for a wrong code or a weak password."""
        ...

    def delete(self, user_id: str) -> None:
        """Nothing happens where there is no such user."""
        ...


# --- Outbox: what leaves ------------------------------------------------------------------------


@dataclass(frozen=True)
class Mail:
    """A letter to one person. Raises `BadRequest` for an address or a subject that would not be one."""

    to: str
    subject: str
    text: str
    html: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", self.to):
            raise BadRequest("That is not an e-mail address.", "It looks like name@example.com.")
        if len(self.subject.splitlines()) != 1:
            raise BadRequest("The subject of a letter is one line.")


class Outbox(Protocol):
    """Messages to people, to topics and to open pages."""

    def mail(self, mail: Mail) -> None: ...

    def publish(self, topic: str, message: JsonObject) -> None:
        """At least once, in no order: receivers cope."""
        ...

    def push(self, connection_id: str, message: JsonObject) -> None:
        """To one open WebSocket. Raises `NotFound` where it is closed."""
        ...
