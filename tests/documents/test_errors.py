"""The page of errors says what the code says."""

from pathlib import Path

from tests.documents.errors import ROOT, document, found


def test_the_kept_page_is_what_the_code_says() -> None:
    kept = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    assert kept == document(), "run: make documents"


def test_codes_are_words_that_programs_can_rely_on() -> None:
    assert [one.code for one in found() if not one.code.replace("_", "").isalpha()] == []


def test_a_code_means_one_status_wherever_it_is_answered() -> None:
    told: dict[str, set[int]] = {}
    for one in found():
        if one.status is not None:
            told.setdefault(one.code, set()).add(one.status)
    assert {code: statuses for code, statuses in told.items() if len(statuses) > 1} == {
        "internal": {500, 502}  # the gateway says the same of a function that died
    }


def test_every_refusal_says_what_to_do() -> None:
    silent = [one for one in found() if one.status in (401, 422) and not one.advice]
    assert silent == []


def test_the_page_names_codes_of_requests_and_of_jobs() -> None:
    page = Path(ROOT / "docs/errors.md").read_text(encoding="utf-8")
    for code in ("too_many_requests", "wrong_password", "parts_missing", "no_such_route", "video_too_short"):
        assert f"| `{code}` |" in page
