"""What could not be placed is named in words that help to film it again."""

from diorama.tours.stages import Gap
from poses.frame_set import Frame
from poses.missing import gaps, in_words, missing_photos, too_few, what_was_found


def frames(count: int, photos: bool = False) -> list[Frame]:
    return [
        Frame(f"{i:05d}.jpg", f"IMG_{i}.jpg", None if photos else i * 0.5, 640, 480, None, None)
        for i in range(count)
    ]


def test_runs_of_missing_frames_become_gaps() -> None:
    placed = {f"{i:05d}.jpg" for i in range(20) if i not in (0, 6, 7, 8, 19)}
    assert gaps(frames(20), placed) == (
        Gap(start_s=0, end_s=0, images=1),
        Gap(start_s=3, end_s=4, images=3),
        Gap(start_s=9.5, end_s=9.5, images=1),
    )


def test_nothing_missing_is_no_gap() -> None:
    assert gaps(frames(5), {f"{i:05d}.jpg" for i in range(5)}) == ()


def test_photos_are_named() -> None:
    placed = {"00001.jpg"}
    assert gaps(frames(3, photos=True), placed) == ()
    assert missing_photos(frames(3, photos=True), placed) == ("IMG_0.jpg", "IMG_2.jpg")


def test_the_longest_gaps_are_named_in_order_of_time() -> None:
    missing = [Gap(start_s=70, end_s=75.5, images=11), Gap(start_s=3, end_s=3, images=1)]
    assert in_words(missing) == "0:03, 1:10 to 1:15"


def test_the_refusal_says_how_many_and_where() -> None:
    error = too_few(what_was_found(frames(20), {f"{i:05d}.jpg" for i in range(8)}, ()), 0.6)
    assert error.stable_code == "too_few_placed"
    assert "8 of 20 frames (40%)" in error.message
    assert "60%" in error.message
    assert "0:04 to 0:09" in error.advice
