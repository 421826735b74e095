"""From a stranger to somebody who is signed in, and out again."""

import re
from typing import Any

from tests.browser.conftest import NewPage, demo_link
from tests.journey.running_studio import RunningStudio, wait_for

PASSWORD = "correct horse battery 9"


def mailed_code(studio: RunningStudio, email: str) -> str | None:
    for letter in (studio.folder / "outbox").rglob("*.eml"):
        text = letter.read_text()
        if email in text:
            found = re.search(r"\b\d{6}\b", text.partition("\n\n")[2])
            return found[0] if found else None
    return None


def sign_up(page: Any, studio: RunningStudio, email: str) -> None:
    page.get_by_role("button", name="No account yet?").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    page.get_by_label("Code").fill(wait_for(lambda: mailed_code(studio, email), within_s=5))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="Projects").wait_for()


def test_who_signs_up_with_the_mailed_code_is_signed_in(new_page: NewPage, served: RunningStudio) -> None:
    page = new_page(signed_in=False)
    page.get_by_role("button", name="No account yet?").click()
    page.get_by_label("E-mail address").fill("short@example.test")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Sign up").click()
    assert "10" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Have an account?").click()
    sign_up(page, served, "ann@example.test")
    page.reload()
    page.get_by_role("heading", name="Projects").wait_for()


def test_the_page_says_where_the_mail_lies_on_this_machine(new_page: NewPage, served: RunningStudio) -> None:
    page = new_page(signed_in=False)
    page.get_by_role("button", name="Forgot the password?").click()
    page.get_by_label("E-mail address").fill("nobody@example.test")
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_text(str(served.folder / "outbox")).wait_for()


def test_a_wrong_password_is_told_and_the_form_stays(new_page: NewPage) -> None:
    page = new_page(signed_in=False)
    page.get_by_label("E-mail address").fill("ann@example.test")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.keyboard.press("Enter")
    assert "don't belong together" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail address").input_value() == "ann@example.test"


def test_the_link_of_the_command_line_signs_in_once_and_leaves_no_trace(
    new_page: NewPage, served: RunningStudio
) -> None:
    link = demo_link(served)
    page = new_page(signed_in=False)
    page.goto("about:blank")
    page.goto(served.url + link)
    page.get_by_role("heading", name="Projects").wait_for()
    assert "#" not in page.url
    other = new_page(signed_in=False)
    other.goto("about:blank")
    other.goto(served.url + "/#demo=made-up")
    other.get_by_role("heading", name="Welcome back").wait_for()


def test_who_logs_out_in_one_tab_is_out_in_the_others(new_page: NewPage, served: RunningStudio) -> None:
    page = new_page(signed_in=False)
    sign_up(page, served, "bob@example.test")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("heading", name="Projects").wait_for()
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name="Log out").click()
    page.get_by_role("heading", name="Welcome back").wait_for()
    other.get_by_role("heading", name="Welcome back").wait_for()


def test_a_tab_whose_token_has_run_out_goes_on_with_a_new_one(page: Any, served: RunningStudio) -> None:
    page.get_by_role("heading", name="Projects").wait_for()
    page.route(
        re.compile("/v1/projects.*"),
        lambda route: route.fulfill(status=401, content_type="application/problem+json", body="{}"),
        times=1,
    )
    page.get_by_role("button", name="New project").click()
    page.get_by_label("Name").fill("After the token")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("heading", name="After the token").wait_for()
