"""What is told of a tour."""

from diorama.tours import rules


def test_what_was_made_is_told_in_numbers() -> None:
    said = rules.made_of({"splats": 29804, "psnr": 27.59})
    assert said == "A tour of 29,804 splats, 27.6 dB on photos held back"


def test_a_report_that_does_not_tell_leaves_the_sentence_out() -> None:
    assert rules.made_of({"outcome": "succeeded"}) == ""
