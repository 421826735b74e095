"""Uploads. Sizes are bytes, times Unix seconds."""

import base64
import binascii
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from diorama.jobs.models import Problem
from diorama.stage import Contract

UploadState = Literal["open", "joining", "complete", "refused", "deleting"]


def _is_digest(text: str) -> str:
    try:
        good = len(base64.b64decode(text, validate=True)) == 32
    except binascii.Error:
        good = False
    if not good:
        raise ValueError("must be the base64 form of a SHA-256 digest")
    return text


Digest = Annotated[
    str, AfterValidator(_is_digest), Field(examples=["n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="])
]
"""A SHA-256 digest in base64, as S3 takes it."""

CompositeChecksum = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}-[1-9][0-9]{0,4}$",
        description="SHA-256 (hex) of the parts' SHA-256 digests one after another, '-', how many parts. "
        "Parts are as large as `part_size` says: 8 MiB, doubled until 128 are enough but to no more than "
        "64 MiB, doubled again where more than 10,000 would be needed.",
    ),
]


class NewUpload(Contract):
    """What is going to be sent. With the checksum, content that is there already is not sent again."""

    name: str = Field(pattern=r"^[^\x00-\x1f\x7f]{1,255}$", description="The file's name")
    size: int = Field(description="Bytes")
    type: str = Field(
        max_length=100, description="Media type: video/mp4, video/quicktime, application/zip, ..."
    )
    checksum: CompositeChecksum | None = None
    asset_id: str | None = Field(
        None, max_length=64, description="The asset to be a new version of; a new one where left out"
    )


class Upload(Contract):
    """A file on its way into a project, or arrived there: the row."""

    upload_id: str
    project_id: str
    user_id: str
    owner_id: str = Field("", description="Of the project, whose plan it counts for")
    name: str
    type: str
    size: int
    part_size: int
    parts: int
    uri: str
    multipart_id: str
    state: UploadState = "open"
    checksum: str | None = Field(None, description="Composite checksum: the content's id")
    asset_id: str | None = Field(None, description="The asset to be a new version of")
    same_as: str | None = Field(None, description="The upload that brought the same content before")
    problem: Problem | None = None
    created_at: float
    expires_at: float | None = Field(description="When an upload that is not complete is dropped")


class WantedPart(Contract):
    """A part that is about to be sent."""

    number: int = Field(ge=1, le=10_000)
    sha256: Digest


class WantedParts(Contract):
    """Parts to sign links for."""

    parts: tuple[WantedPart, ...] = Field(min_length=1, max_length=100)


class PartLink(Contract):
    """Where to PUT a part, with the headers that must go along."""

    number: int
    url: str
    headers: dict[str, str]


class PartLinks(Contract):
    """Signed links, good until `expires_at`."""

    parts: tuple[PartLink, ...]
    expires_at: float


class ArrivedPart(Contract):
    """A part that is there."""

    number: int
    size: int
    sha256: str


class UploadView(Contract):
    """An upload as its owner sees it."""

    upload_id: str
    project_id: str
    name: str
    type: str
    size: int
    part_size: int
    parts: int
    state: UploadState
    checksum: str | None
    problem: Problem | None
    created_at: float
    expires_at: float | None
    arrived: tuple[ArrivedPart, ...] = Field((), description="The parts that are there, while it is open")
