"""Files in S3."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig, create_transfer_manager
from botocore.config import Config

from diorama.aws.clients import CONFIG, session
from diorama.aws.errors import always, translated
from diorama.content_types import content_type_of
from diorama.errors import BadRequest, Conflict, NotFound, Refused, Unavailable
from diorama.folders import LAST, files_to_store
from diorama.parts import CHECKSUM_HEADER, check_parts, in_order
from diorama.ports import PartToUpload, SignedPart, StoredObject, UploadedPart
from diorama.uris import Location, folder_prefix, parse_prefix, parse_uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, ObjectIdentifierTypeDef
    from s3transfer.futures import TransferFuture
    from s3transfer.manager import TransferManager

_TRANSFER = TransferConfig(max_concurrency=16, multipart_chunksize=32 * 1024**2)
_COPYING = TransferConfig(
    max_concurrency=16, multipart_threshold=256 * 1024**2, multipart_chunksize=128 * 1024**2
)
"""S3 copies up to 5 GB in one call, but more quickly in parts, side by side."""
_DELETES_AT_ONCE = 1000

_NO_FILE = {code: always(NotFound, "There is no such file.") for code in ("NoSuchKey", "404", "NotFound")}
_NO_UPLOAD = {"NoSuchUpload": always(NotFound, "That upload is not open (any more).", "Begin a new one.")}
_NOT_JOINED = {
    **_NO_UPLOAD,
    "InvalidPart": always(Conflict, "A part has not arrived as it was named.", "Send it again."),
    "EntityTooSmall": always(Refused, "A part other than the last is too small.", "Send larger parts."),
}


class _PastTheEndError(Exception):
    """There are no bytes where they were looked for."""


_PAST_THE_END = {"InvalidRange": always(_PastTheEndError)}


class _Range(TypedDict, total=False):
    Range: str


class S3Store:
    """A store in S3. Encryption is the bucket's default, so links need no header for it."""

    def put(self, uri: str, content: bytes, content_type: str | None = None) -> None:
        bucket, key = parse_uri(uri)
        with translated():
            self._s3.put_object(
                Bucket=bucket, Key=key, Body=content, ContentType=content_type or content_type_of(key)
            )

    def get(self, uri: str, start: int = 0, length: int | None = None) -> bytes:
        bucket, key = parse_uri(uri)
        if start < 0 or (length or 0) < 0:
            raise ValueError("A file has no bytes before its start.")
        try:
            with translated({**_NO_FILE, **_PAST_THE_END}):
                if length == 0:
                    self._s3.head_object(Bucket=bucket, Key=key)
                    return b""
                return self._s3.get_object(Bucket=bucket, Key=key, **_range(start, length))["Body"].read()
        except _PastTheEndError:
            return b""

    def list(self, uri_prefix: str) -> Iterator[StoredObject]:
        bucket, prefix = parse_prefix(uri_prefix)
        return (StoredObject(Location(bucket, key).uri, size) for key, size in self._found(bucket, prefix))

    def delete(self, uri_prefix: str) -> int:
        bucket, prefix = parse_prefix(uri_prefix)
        if not prefix:
            raise BadRequest("A whole bucket is not deleted at once.", "Name a prefix of its keys.")
        keys = [key for key, _ in self._found(bucket, prefix)]
        for first in range(0, len(keys), _DELETES_AT_ONCE):
            some = keys[first : first + _DELETES_AT_ONCE]
            with translated():
                answer = self._s3.delete_objects(
                    Bucket=bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
                )
            if answer.get("Errors"):
                raise Unavailable(f"{len(answer['Errors'])} files could not be deleted.", "Try again.")
        return len(keys)

    def purge(self, uri_prefix: str) -> None:
        bucket, prefix = parse_prefix(uri_prefix)
        self.delete(uri_prefix)  # raises for what is no prefix
        uploads = self._s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
        versions = self._s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        with translated():
            for upload in [each for page in uploads for each in page.get("Uploads", [])]:
                self._s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
            for page in versions:
                some = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                marks: list[ObjectIdentifierTypeDef] = [
                    {"Key": each["Key"], "VersionId": each["VersionId"]} for each in some
                ]
                if marks:
                    answer = self._s3.delete_objects(Bucket=bucket, Delete={"Objects": marks, "Quiet": True})
                    if answer.get("Errors"):
                        raise Unavailable(
                            f"{len(answer['Errors'])} versions could not be deleted.", "Try again."
                        )

    def fetch_folder(self, uri: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        prefix = folder_prefix(uri)
        found = [parse_uri(stored.uri) for stored in self.list(prefix)]
        targets = {location: folder / location.uri.removeprefix(prefix) for location in found}
        if not targets:
            location = parse_uri(uri)
            targets = {location: folder / location.key.rpartition("/")[2]}
        for target in targets.values():
            target.parent.mkdir(parents=True, exist_ok=True)
        with translated(_NO_FILE), self._transfers() as transfers:
            _wait(
                transfers.download(location.bucket, location.key, str(target))
                for location, target in targets.items()
            )

    def put_folder(self, folder: Path, uri: str) -> None:
        files = files_to_store(folder, uri)
        last = [file for file in files if file[0] == folder / LAST]
        with translated(), self._transfers() as transfers:
            for some in (files[: len(files) - len(last)], last):
                _wait(
                    transfers.upload(
                        str(path), location.bucket, location.key, {"ContentType": content_type_of(path.name)}
                    )
                    for path, location in some
                )

    def copy(self, copies: Sequence[tuple[str, str]]) -> None:
        pairs = [(parse_uri(source), parse_uri(target)) for source, target in copies]
        with translated(_NO_FILE), self._transfers(_COPYING) as transfers:
            _wait(self._copied(transfers, source, target) for source, target in pairs)

    def url(self, uri: str, expires_s: int, download_name: str | None = None) -> str:
        bucket, key = parse_uri(uri)
        asked: dict[str, Any] = {"Bucket": bucket, "Key": key}
        if download_name is not None:
            asked["ResponseContentDisposition"] = f"attachment; filename*=utf-8''{quote(download_name)}"
        return self._s3.generate_presigned_url("get_object", asked, expires_s)

    def begin_upload(self, uri: str, content_type: str) -> str:
        bucket, key = parse_uri(uri)
        with translated():
            answer = self._s3.create_multipart_upload(
                Bucket=bucket,
                Key=key,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
                ChecksumType="COMPOSITE",
            )
        return answer["UploadId"]

    def upload_urls(
        self, uri: str, multipart_id: str, parts: Sequence[PartToUpload], expires_s: int
    ) -> Sequence[SignedPart]:
        location = parse_uri(uri)
        check_parts(parts)
        return [self._signed_part(location, multipart_id, part, expires_s) for part in parts]

    def uploaded_parts(self, uri: str, multipart_id: str) -> Sequence[UploadedPart]:
        bucket, key = parse_uri(uri)
        pages = self._s3.get_paginator("list_parts").paginate(Bucket=bucket, Key=key, UploadId=multipart_id)
        with translated(_NO_UPLOAD):
            return [
                UploadedPart(part["PartNumber"], part["Size"], part.get("ChecksumSHA256", ""), part["ETag"])
                for page in pages
                for part in page.get("Parts", [])
            ]

    def complete_upload(self, uri: str, multipart_id: str, parts: Sequence[UploadedPart]) -> None:
        bucket, key = parse_uri(uri)
        with translated(_NOT_JOINED):
            self._s3.complete_multipart_upload(
                Bucket=bucket,
                Key=key,
                UploadId=multipart_id,
                MultipartUpload={"Parts": [_completed(part) for part in in_order(parts)]},
            )

    def abort_upload(self, uri: str, multipart_id: str) -> None:
        bucket, key = parse_uri(uri)
        try:
            with translated(_NO_UPLOAD):
                self._s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=multipart_id)
        except NotFound:
            return

    @cached_property
    def _s3(self) -> "S3Client":
        # This style, when asked for, uses the region's host. The global one redirects, which stops a PUT.
        config = CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
        return session().client("s3", config=config)

    def _transfers(self, how: TransferConfig = _TRANSFER) -> "AbstractContextManager[TransferManager]":
        """Carries many files at once; leaving it waits for all of them."""
        manager: AbstractContextManager[TransferManager] = create_transfer_manager(self._s3, how)
        return manager

    def _copied(self, transfers: "TransferManager", source: Location, target: Location) -> "TransferFuture":
        """Begins a copy. Its type is named, because one made in parts would not have the original's."""
        found = self._s3.head_object(Bucket=source.bucket, Key=source.key)
        return transfers.copy(
            {"Bucket": source.bucket, "Key": source.key},
            target.bucket,
            target.key,
            {"ContentType": found["ContentType"], "MetadataDirective": "REPLACE"},
        )

    def _found(self, bucket: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Key and size; without the marks that S3's console makes for empty folders."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        with translated():
            for page in pages:
                for found in page.get("Contents", []):
                    if not found["Key"].endswith("/"):
                        yield found["Key"], found["Size"]

    def _signed_part(
        self, location: Location, multipart_id: str, part: PartToUpload, expires_s: int
    ) -> SignedPart:
        url = self._s3.generate_presigned_url(
            "upload_part",
            {
                "Bucket": location.bucket,
                "Key": location.key,
                "UploadId": multipart_id,
                "PartNumber": part.number,
                "ChecksumSHA256": part.sha256,  # becomes a signed header, which S3 checks the bytes against
            },
            expires_s,
        )
        return SignedPart(part.number, url, {CHECKSUM_HEADER: part.sha256})


def _range(start: int, length: int | None) -> "_Range":
    """Nothing for the whole file: an empty one has no range that S3 would accept."""
    if start == 0 and length is None:
        return {}
    return {"Range": f"bytes={start}-{'' if length is None else start + length - 1}"}


def _completed(part: UploadedPart) -> "CompletedPartTypeDef":
    if not part.sha256:
        return {"PartNumber": part.number, "ETag": part.etag}
    return {"PartNumber": part.number, "ETag": part.etag, "ChecksumSHA256": part.sha256}


def _wait(transfers: Iterable["TransferFuture"]) -> None:
    for transfer in [*transfers]:
        transfer.result()
