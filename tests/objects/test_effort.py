"""How much work objects are said to be."""

from diorama.effort import INPUT
from diorama.objects.effort import SPLATS, build_object, embed_photo
from diorama.objects.stages import BuildObjectParams, EmbedPhotoParams
from shapes.estimate import FINENESS

PHOTO = embed_photo(EmbedPhotoParams().model_dump(), {INPUT: {"width_px": 4096, "height_px": 2048}}, "cpu")


def seconds(objects: int, **params: object) -> float:
    asked = BuildObjectParams.model_validate(params).model_dump()
    outlook = build_object(asked, {INPUT: {"objects": objects}, "embed_photo": PHOTO.report}, "cpu")
    return sum(step.fixed_s + step.unit_s * step.units for step in outlook.steps)


def test_the_splats_of_a_quality_are_those_that_the_stage_makes() -> None:
    assert {quality: fineness.splats for quality, fineness in FINENESS.items()} == SPLATS


def test_a_large_photo_is_expected_as_large_as_masks_are_made_on() -> None:
    assert PHOTO.report == {"width_px": 2048, "height_px": 1024}


def test_more_objects_and_finer_ones_take_longer() -> None:
    assert seconds(1) < seconds(2)
    assert seconds(1, quality="fast") < seconds(1, quality="high")
    assert seconds(1, splats=1000) < seconds(1)
