"""Accounts, people and the studio's own rooms, as somebody sees them."""

import base64
import re
import time
from typing import Any

import pytest

from local.second_factors import STEP_S, code_at
from tests.browser.conftest import NewPage, violations
from tests.browser.test_signing_in import PASSWORD, sign_up
from tests.browser.test_studio import PHONE, SCHEMES
from tests.journey.running_studio import RunningStudio, wait_for

ROOMS = {
    "/account": "Account",
    "/admin/people": "Running the studio",
    "/admin/jobs": "Running the studio",
    "/admin/failures": "Running the studio",
    "/admin/audit": "Running the studio",
    "/admin/health": "Running the studio",
    "/letters": "Letters",
}


def invitation(studio: RunningStudio, email: str) -> str:
    """The path in the newest invitation to an address."""
    letters = studio.ask("GET", "/local/letters")["letters"]
    text = next(
        letter["text"] for letter in letters if letter["to"] == email and "invites" in letter["subject"]
    )
    found = re.search(r"/invitations#[\w-]+", text)
    assert found
    return found[0]


def code_of(secret: str, steps: int = 0) -> str:
    return code_at(base64.b32decode(secret.replace(" ", "")), int(time.time() // STEP_S) + steps)


def test_who_is_invited_finds_the_project_and_may_only_look(new_page: NewPage, served: RunningStudio) -> None:
    owner = new_page()
    owner.get_by_role("button", name="New project").click()
    owner.get_by_label("Name").fill("Shared house")
    owner.get_by_role("button", name="Create").click()
    owner.get_by_role("button", name="Options of Shared house").click()
    owner.get_by_role("menuitem", name="People").click()
    owner.get_by_role("dialog").get_by_label("E-mail address").fill("guest@example.test")
    owner.get_by_role("button", name="Invite", exact=True).click()
    owner.get_by_text("An invitation is on its way").wait_for()
    guest = new_page(signed_in=False)
    guest.goto(served.url + invitation(served, "guest@example.test"))
    guest.get_by_role("button", name="No account yet?").wait_for()
    sign_up_then(guest, served, "guest@example.test", "Shared house")
    assert guest.get_by_role("button", name="Choose a video").count() == 0
    guest.get_by_role("button", name="Options of Shared house").click()
    assert guest.get_by_role("menuitem", name="Delete").count() == 0


def sign_up_then(page: Any, studio: RunningStudio, email: str, heading: str) -> None:
    """Signs up, and arrives where the link led."""
    page.get_by_role("button", name="No account yet?").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()

    def code() -> str | None:
        letters = [one for one in studio.ask("GET", "/local/letters")["letters"] if one["to"] == email]
        found = next(
            (re.search(r"\b\d{6}\b", one["text"]) for one in letters if "Confirm" in one["subject"]), None
        )
        return found[0] if found else None

    page.get_by_label("Code").fill(wait_for(code, within_s=5))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name=heading).wait_for()


def test_an_authenticator_is_asked_for_at_the_next_log_in(new_page: NewPage, served: RunningStudio) -> None:
    page = new_page(signed_in=False)
    sign_up(page, served, "careful@example.test")
    page.goto(f"{served.url}/account")
    page.get_by_role("button", name="Set up an authenticator").click()
    secret = page.get_by_role("dialog").locator("code").inner_text()
    page.get_by_role("dialog").get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Logging in takes a code of your authenticator too.").wait_for()
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name="Log out").click()
    page.get_by_label("E-mail address").fill("careful@example.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="One more step").wait_for()
    page.get_by_label("Code").fill(code_of(secret, steps=1))
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Account", exact=True).wait_for()  # where one was


def test_a_key_is_shown_once_and_works_until_it_is_revoked(page: Any, served: RunningStudio) -> None:
    page.goto(f"{served.url}/account")
    page.get_by_role("button", name="New key").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Nightly")
    page.get_by_role("dialog").get_by_role("button", name="New key").click()
    secret = page.get_by_role("region", name="Keys for scripts").locator("code").inner_text()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert served.http.get("/v1/projects", headers=bearer).status_code == 200
    assert served.http.post("/v1/projects", json={"name": "x"}, headers=bearer).status_code == 403
    page.get_by_role("button", name="Revoke Nightly").click()
    page.get_by_text("No keys yet.").wait_for()
    assert served.http.get("/v1/projects", headers=bearer).status_code == 401


def test_who_ends_their_account_is_out_for_good(new_page: NewPage, served: RunningStudio) -> None:
    page = new_page(signed_in=False)
    sign_up(page, served, "leaving@example.test")
    page.goto(f"{served.url}/account")
    page.get_by_role("button", name="End my account").click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("button", name="End my account").is_disabled()
    dialog.get_by_role("textbox").fill("leaving@example.test")
    dialog.get_by_role("button", name="End my account").click()
    page.get_by_role("heading", name="Welcome back").wait_for()
    credentials = {"email": "leaving@example.test", "password": PASSWORD}
    assert served.http.post("/v1/auth/login", json=credentials).status_code == 401


def test_an_admin_gives_a_plan_and_finds_it_in_the_audit(new_page: NewPage, served: RunningStudio) -> None:
    sign_up(new_page(signed_in=False), served, "rich@example.test")
    page = new_page()
    page.get_by_role("heading", name="Projects").wait_for()
    page.goto(f"{served.url}/admin/people")
    page.get_by_label("Search").fill("rich@")
    plan = page.get_by_label("Plan of rich@example.test")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        plan.select_option("pro")
    page.goto(f"{served.url}/admin/audit?act=change_plan")
    page.get_by_role("cell", name="change_plan").first.wait_for()


def test_who_is_no_admin_finds_no_admins_rooms(new_page: NewPage, served: RunningStudio) -> None:
    page = new_page(signed_in=False)
    sign_up(page, served, "plain@example.test")
    for path in ("/admin/people", "/letters"):
        page.goto(served.url + path)
        page.get_by_role("heading", name="There is nothing here").wait_for()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_objects_to_none_of_these_rooms_and_none_is_wider_than_a_phone(
    new_page: NewPage, served: RunningStudio, axe: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme, viewport=PHONE)
    page.get_by_role("heading", name="Projects").wait_for()
    found = []
    for path, sign in ROOMS.items():
        page.goto(served.url + path)
        page.get_by_role("heading", name=sign, exact=True).wait_for()
        page.wait_for_load_state("networkidle")
        found += violations(page, axe)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert found == []
