"""What is decided without a table or a clock."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import Refused
from diorama.jobs.models import JobState
from diorama.objects import rules
from diorama.objects.cutouts import Cutouts
from diorama.objects.models import Embedding, KeptCutout, Material, NewCutout, Photo, Session
from diorama.objects.stages import BuildObjectParams, BuildObjectReport
from tests.objects.sessions import READ, built_object

SESSION = Session(
    session_id="s1",
    project_id="p1",
    owner_id="ann",
    name="chair",
    photo=Photo(file=Material(uri="s3://media/raw/chair.jpg", key="k")),
    encode_job_id="job1",
    created_at=1.0,
)
READY = SESSION.model_copy(update={"embedding": Embedding(folder="s3://media/embeddings/e", report=READ)})
states = st.one_of(st.none(), st.sampled_from(get_args(JobState)))


def kept(**changes: Any) -> KeptCutout:
    size = {"width_px": READ.width_px, "height_px": READ.height_px}
    told = {"cutout_id": "c1", "name": "chair", "mask": "d" * 64, **size, "created_at": 1, "updated_at": 1}
    return KeptCutout.model_validate({**told, **changes})


@pytest.mark.parametrize(
    ("session", "is_built", "encode", "build", "step"),
    [
        (SESSION, False, "queued", None, "encoding"),
        (SESSION, False, "running", None, "encoding"),
        (SESSION, False, "refused", None, "failed"),
        (SESSION, False, None, None, "failed"),
        (READY, False, "succeeded", None, "cutting"),
        (READY, False, "running", None, "cutting"),
        (READY, False, "succeeded", "running", "building"),
        (READY, True, "succeeded", "waiting", "building"),
        (READY, True, "succeeded", "succeeded", "done"),
        (READY, True, "succeeded", "failed", "failed"),
        (READY, True, "succeeded", None, "done"),
    ],
)
def test_a_session_stands_where_its_newest_job_left_it(
    session: Session, is_built: bool, encode: JobState | None, build: JobState | None, step: str
) -> None:
    assert rules.step_of(session, is_built, encode, build) == step


@given(st.booleans(), st.booleans(), states, states)
def test_nothing_can_be_cut_out_before_the_photo_is_read(
    is_read: bool, is_built: bool, encode: JobState | None, build: JobState | None
) -> None:
    step = rules.step_of(READY if is_read else SESSION, is_built, encode, build)
    assert step != "cutting" or is_read
    assert step != "done" or is_built
    assert (step == "building") == (build in ("queued", "running", "waiting"))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "empty_cutout"),
        ({"clicks": [{"x": 1, "y": 1, "adds": False}]}, "empty_cutout"),
        ({"box": {"left": 5, "top": 1, "right": 5, "bottom": 9}}, "empty_box"),
        ({"clicks": [{"x": 40.5, "y": 1, "adds": True}]}, "beside_the_photo"),
        ({"box": {"left": 5, "top": 1, "right": 9, "bottom": 31}}, "beside_the_photo"),
    ],
)
def test_a_cutout_that_says_nothing_or_lies_beside_the_photo_is_refused(said: Any, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_cutout(NewCutout.model_validate({"name": "chair", **said}), READ)
    assert refusal.value.stable_code == code


def test_what_is_built_is_told_with_the_photos_size_and_the_names_of_masks() -> None:
    document = rules.document(READY, [kept(), kept(cutout_id="c2", mask=None, width_px=None, height_px=None)])
    assert (document.width_px, document.height_px) == (READ.width_px, READ.height_px)
    assert [one.mask for one in document.cutouts] == ["c1.png", ""]


def test_masks_that_came_before_the_photo_was_read_must_fit_it_in_the_end() -> None:
    with pytest.raises(Refused) as refusal:
        rules.document(READY, [kept(width_px=41)])
    assert refusal.value.stable_code == "wrong_size_of_mask"


@given(st.sampled_from(["name", "mask", "clicks", "shape"]))
def test_what_differs_in_anything_is_other_work(part: str) -> None:
    other: dict[str, Any] = {
        "name": "stool",
        "mask": "e" * 64,
        "clicks": [{"x": 1, "y": 1, "adds": True}],
        "shape": "lathe",
    }

    def digest(one: KeptCutout) -> str:
        document: Cutouts = rules.document(READY, [one])
        return rules.digest_of(document, [one])

    assert digest(kept()) == digest(kept(created_at=9, updated_at=9))
    assert digest(kept()) != digest(kept(**{part: other[part]}))


def test_parameters_are_what_is_asked_then_what_the_studio_has_then_the_stages_own() -> None:
    studio = {"build_object": {"quality": "fast", "seed": 3}, "embed_photo": {"max_side_px": 1024}}
    params = rules.build_params(BuildObjectParams(seed=7), studio)
    assert (params["build_object"]["quality"], params["build_object"]["seed"]) == ("fast", 7)
    assert params["embed_photo"]["max_side_px"] == 1024
    assert params["build_object"]["max_faces"] == BuildObjectParams().max_faces


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 object: a"), (3, "3 objects: a, b, c"), (4, "4 objects: a, b, c, ...")],
)
def test_a_letter_names_the_first_objects(count: int, words: str) -> None:
    objects = tuple(built_object(name) for name in "abcd"[:count])
    assert rules.made_of(BuildObjectReport(model="diorama", objects=objects, bytes=1)) == words
