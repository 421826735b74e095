import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import BadRequest
from diorama.uris import KEY_LIMIT_BYTES, Location, folder_prefix, parse_prefix, parse_uri


def test_a_uri_is_a_bucket_and_a_key() -> None:
    location = parse_uri("s3://media/raw/p1/walk through.mp4")
    assert location == Location("media", "raw/p1/walk through.mp4")
    assert location.uri == "s3://media/raw/p1/walk through.mp4"


@pytest.mark.parametrize("prefix", ["s3://media/", "s3://media/raw", "s3://media/raw/", "s3://MediaBucket/r"])
def test_a_prefix_may_end_anywhere(prefix: str) -> None:
    assert parse_prefix(prefix).uri == prefix


@pytest.mark.parametrize(
    "uri", ["s3://media", "media/a", "s3:///a", "s3://a/b", "S3://media/a", "s3://me..dia/a"]
)
def test_what_names_no_bucket_is_refused(uri: str) -> None:
    with pytest.raises(BadRequest):
        parse_prefix(uri)


@given(key=st.text(st.sampled_from("a./\\\0\n\u00e9 "), min_size=1, max_size=12))
def test_a_key_that_passes_stays_inside_its_bucket(key: str) -> None:
    try:
        location = parse_uri(f"s3://media/{key}")
    except BadRequest:
        return
    assert location.key == key
    segments = key.split("/")
    assert all(segments)
    assert not {".", ".."}.intersection(segments)
    assert not set(key) & set("\\\0\n")


def test_a_key_has_a_length() -> None:
    names = "/".join(["x" * 100] * 11)
    assert len(parse_uri(f"s3://media/{names[:KEY_LIMIT_BYTES]}").key) == KEY_LIMIT_BYTES
    with pytest.raises(BadRequest, match="limit"):
        parse_uri(f"s3://media/{names[: KEY_LIMIT_BYTES + 1]}")
    with pytest.raises(BadRequest, match="240 bytes"):
        parse_uri("s3://media/" + "ü" * 121)


def test_a_folder_ends_in_a_slash() -> None:
    assert folder_prefix("s3://media/a") == folder_prefix("s3://media/a/") == "s3://media/a/"
