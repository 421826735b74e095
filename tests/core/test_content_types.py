import pytest

from diorama.content_types import content_type_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.json", "application/json"),
        ("raw/walk.MOV", "video/quicktime"),
        ("walk.mp4", "video/mp4"),
        ("frames/0001.jpg", "image/jpeg"),
        ("events.jsonl", "application/x-ndjson"),
        ("scene.ply", "application/octet-stream"),
        ("source", "application/octet-stream"),
        (".json", "application/octet-stream"),
    ],
)
def test_a_name_suggests_a_type(name: str, expected: str) -> None:
    assert content_type_of(name) == expected
