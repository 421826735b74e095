"""Hotspots: who may write them, what may be written, and what visitors get of it."""

import hashlib
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from diorama.errors import Conflict, NotAllowed, NotFound, Refused
from diorama.library import actions as library
from diorama.library import uploads
from diorama.tours import hotspots, publishing
from diorama.tours.hotspots import HotspotView, NewHotspot
from diorama.tours.manifest import MOST_HOTSPOTS, Placement, SeenFrom, read_manifest
from diorama.tours.publication import NewPublication, WantedVersion
from tests.studio_world import World
from tests.tours.bundles import a_tour, make

SEEN_FROM = SeenFrom(position=(0, 1.6, 0), yaw_deg=10, pitch_deg=-5)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
MP3 = b"ID3" + bytes(100)
GLB = "model/gltf-binary"


def glb(document: str) -> bytes:
    """A model that says no more than that."""
    said = document.encode()
    return struct.pack("<4sIII4s", b"glTF", 2, 20 + len(said), len(said), b"JSON") + said


def wanted(**more: Any) -> NewHotspot:
    given = {"title": "The stove", "text": "Cast in 1907.", "position": (1, 1, 1), "seen_from": SEEN_FROM}
    return NewHotspot(**(given | more))


@pytest.fixture
def tour_id(world: World) -> str:
    made = a_tour(world)
    make(world, made)
    return made


def project_of(world: World, tour_id: str) -> str:
    row = world.platform.records.get(f"TOUR#{tour_id}", "TOUR")
    assert row is not None
    return str(row["value"]["project_id"])


def add(world: World, tour_id: str, user: str = "ann", **more: Any) -> HotspotView:
    world.clock.time += 1
    return hotspots.add(world.platform, user, tour_id, wanted(**more))


def titles(world: World, tour_id: str, user: str = "ann") -> list[str]:
    return [one.title for one in hotspots.listed(world.platform, user, tour_id).hotspots]


def published(world: World, tour_id: str, version: int) -> Any:
    return read_manifest(world.store.get(f"s3://media/published/{tour_id}/v{version}/manifest.json"))


def publish(world: World, tour_id: str) -> int:
    return publishing.publish(world.platform, "ann", tour_id, NewPublication(visibility="public")).version


def test_they_are_added_listed_changed_and_removed(world: World, tour_id: str) -> None:
    one = add(world, tour_id, link="https://example.com/stove?a=1")
    add(world, tour_id, title="The window")
    assert titles(world, tour_id) == ["The stove", "The window"]
    changed = hotspots.edit(world.platform, "ann", tour_id, one.hotspot_id, wanted(title="The old stove"))
    assert (changed.hotspot_id, changed.created_at, changed.link) == (one.hotspot_id, one.created_at, None)
    assert titles(world, tour_id) == ["The old stove", "The window"]
    hotspots.remove(world.platform, "ann", tour_id, one.hotspot_id)
    assert titles(world, tour_id) == ["The window"]
    with pytest.raises(NotFound):
        hotspots.remove(world.platform, "ann", tour_id, one.hotspot_id)


def test_collaborators_may_write_viewers_may_read_and_strangers_find_nothing(
    world: World, tour_id: str
) -> None:
    project = project_of(world, tour_id)
    world.member("bob", project, "collaborator")
    world.member("vic", project, "viewer")
    spot = add(world, tour_id, "bob")
    assert titles(world, tour_id, "vic") == ["The stove"]
    with pytest.raises(NotAllowed):
        add(world, tour_id, "vic")
    with pytest.raises(NotAllowed):
        hotspots.remove(world.platform, "vic", tour_id, spot.hotspot_id)
    with pytest.raises(NotFound):
        add(world, tour_id, "eve")
    with pytest.raises(NotFound):
        titles(world, tour_id, "eve")


def test_the_list_says_whether_one_may_change_it(world: World, tour_id: str) -> None:
    project = project_of(world, tour_id)
    world.member("bob", project, "collaborator")
    world.member("vic", project, "viewer")
    may = {user: hotspots.listed(world.platform, user, tour_id).may_change for user in ("ann", "bob", "vic")}
    assert may == {"ann": True, "bob": True, "vic": False}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "two\nlines"},
        {"title": "x" * 121},
        {"title": "<b>bold</b>"},
        {"text": "see <img src=x onerror=alert(1)>"},
        {"text": "< /script >"},
        {"text": "turned \u202e round"},
        {"text": "bell \x07"},
        {"text": "x" * 2001},
        {"link": "javascript:alert(1)"},
        {"link": "data:text/html,x"},
        {"link": "file:///etc/passwd"},
        {"link": "//example.com"},
        {"link": "https://"},
        {"link": "https://user:secret@example.com"},
        {"link": 'https://example.com/"onclick="x'},
        {"position": (1, 2, float("nan"))},
        {"media": "x"},
    ],
)
def test_what_is_no_plain_text_or_no_web_page_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        wanted(**wrong)


def test_plain_text_may_hold_all_that_people_write() -> None:
    text = "1 < 2 & 3 > 2, „Küche“\nsecond line 🙂"
    assert wanted(text=f"  {text} ").text == text


@given(st.text(max_size=300))
def test_nothing_that_is_taken_can_open_a_tag(text: str) -> None:
    try:
        taken = wanted(text=text).text
    except ValidationError:
        return
    assert not any(
        f"<{letter}" in taken for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?"
    )


def test_there_is_a_limit(world: World, tour_id: str) -> None:
    for _ in range(MOST_HOTSPOTS):
        add(world, tour_id)
    with pytest.raises(Conflict, match="100 hotspots"):
        add(world, tour_id)


def test_a_published_version_keeps_its_hotspots_whatever_is_changed_later(world: World, tour_id: str) -> None:
    assert publish(world, tour_id) == 1
    spot = add(world, tour_id)
    assert publish(world, tour_id) == 2
    assert publish(world, tour_id) == 2
    hotspots.remove(world.platform, "ann", tour_id, spot.hotspot_id)
    assert publish(world, tour_id) == 1  # as it was at first
    assert published(world, tour_id, 1).hotspots == ()
    (kept,) = published(world, tour_id, 2).hotspots
    assert (kept.title, kept.text, kept.position) == ("The stove", "Cast in 1907.", (1, 1, 1))
    publishing.roll_back(world.platform, "ann", tour_id, WantedVersion(version=2))
    assert json.loads(world.store.get(f"s3://media/published/{tour_id}/tour.json"))["version"] == 2


def test_the_published_manifest_says_for_whom_it_was_published(world: World, tour_id: str) -> None:
    publish(world, tour_id)
    assert published(world, tour_id, 1).privacy.visibility == "public"


def test_a_picture_is_shown_to_members_and_copied_for_visitors(world: World, tour_id: str) -> None:
    project = project_of(world, tour_id)
    upload = world.uploaded("ann", project, PNG, name="stove.png", type="image/png")
    spot = add(world, tour_id, media_upload_id=upload.upload_id)
    assert spot.media is not None
    assert (spot.media.kind, spot.media.name) == ("image", "stove.png")
    assert spot.media.url.startswith("http")
    publish(world, tour_id)
    (told,) = published(world, tour_id, 1).hotspots
    assert told.media is not None
    (file,) = [one for one in published(world, tour_id, 1).files if one.path == told.media.path]
    assert (file.bytes, file.sha256) == (len(PNG), hashlib.sha256(PNG).hexdigest())
    assert world.store.get(f"s3://media/published/{tour_id}/v1/{told.media.path}") == PNG


def test_a_file_in_use_stays_until_no_hotspot_needs_it(world: World, tour_id: str) -> None:
    project = project_of(world, tour_id)
    upload = world.uploaded("ann", project, MP3, name="hum.mp3", type="audio/mpeg")
    spot = add(world, tour_id, media_upload_id=upload.upload_id)
    with pytest.raises(Conflict):
        library.delete(world.platform, "ann", upload.upload_id)
    same = hotspots.edit(
        world.platform, "ann", tour_id, spot.hotspot_id, wanted(title="x", media_upload_id=upload.upload_id)
    )
    assert same.media is not None
    assert uploads.is_used(world.platform.records, upload.upload_id, by_products=True)
    hotspots.edit(world.platform, "ann", tour_id, spot.hotspot_id, wanted())
    assert not uploads.is_used(world.platform.records, upload.upload_id, by_products=True)


def test_a_film_for_tours_or_somebody_elses_file_is_no_media(world: World, tour_id: str) -> None:
    other = world.uploaded("ann", world.project("ann").project_id, PNG, name="stove.png", type="image/png")
    with pytest.raises(NotFound):
        add(world, tour_id, media_upload_id=other.upload_id)
    photos = world.uploaded(
        "ann", project_of(world, tour_id), b"PK\x03\x04" + bytes(90), name="a.zip", type="application/zip"
    )
    with pytest.raises(Refused, match=r"a\.zip"):
        add(world, tour_id, media_upload_id=photos.upload_id)


def test_a_model_stands_in_the_place_for_visitors_too(world: World, tour_id: str) -> None:
    chair = glb('{"buffers": [{"byteLength": 3}], "images": [{"uri": "data:image/png;base64,"}]}')
    upload = world.uploaded("ann", project_of(world, tour_id), chair, name="chair.glb", type=GLB)
    placement = Placement(rotation_wxyz=(0.6, 0, 0.8, 0), scale=0.5)
    spot = add(world, tour_id, media_upload_id=upload.upload_id, placement=placement)
    assert (spot.media and spot.media.kind, spot.placement) == ("model", placement)
    publish(world, tour_id)
    (told,) = published(world, tour_id, 1).hotspots
    assert (told.media and told.media.kind, told.placement) == ("model", placement)
    assert told.media is not None
    assert world.store.get(f"s3://media/published/{tour_id}/v1/{told.media.path}") == chair


def test_a_model_that_was_moved_is_another_version(world: World, tour_id: str) -> None:
    upload = world.uploaded("ann", project_of(world, tour_id), glb("{}"), name="chair.glb", type=GLB)
    model = {"media_upload_id": upload.upload_id}
    spot = add(world, tour_id, **model)
    assert publish(world, tour_id) == 1
    turned = wanted(**model, placement=Placement(rotation_wxyz=(0, 0, 1, 0)))
    hotspots.edit(world.platform, "ann", tour_id, spot.hotspot_id, turned)
    assert publish(world, tour_id) == 2


@pytest.mark.parametrize(
    "content",
    [
        glb('{"images": [{"uri": "https://tracker.example/pixel.png"}]}'),
        glb('{"buffers": [{"uri": "beside.bin"}]}'),
        glb("[]"),
        glb('{"images": [7]}'),
        glb("{}")[:-1],
        b"glTF" + bytes(10),
    ],
)
def test_a_model_that_is_damaged_or_shows_files_from_elsewhere_is_refused(
    world: World, tour_id: str, content: bytes
) -> None:
    upload = world.uploaded("ann", project_of(world, tour_id), content, name="odd.glb", type=GLB)
    with pytest.raises(Refused, match=r"odd\.glb"):
        add(world, tour_id, media_upload_id=upload.upload_id)
    assert not uploads.is_used(world.platform.records, upload.upload_id, by_products=True)
