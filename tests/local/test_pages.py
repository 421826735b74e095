"""Which file an address means, and with which headers."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local.pages import page_routes
from local.state import StateFolder

BUILT = {
    "index.html": "the studio",
    "viewer.html": "the viewer",
    "embed.html": "the embed",
    "favicon.svg": "<svg/>",
    "assets/index-abc123.js": "script",
    "embed/v1/diorama-tour.js": "the element",
}


@pytest.fixture
def pages(tmp_path: Path) -> TestClient:
    for name, content in BUILT.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (tmp_path / "secret.txt").write_text("not a page")
    return client(tmp_path)


def client(folder: Path) -> TestClient:
    app = Starlette(routes=page_routes(folder / "dist", StateFolder(folder / "state")))
    return TestClient(app, base_url="http://127.0.0.1:8787", follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/projects/1", "/jobs/1a2b", "/index.html"])
def test_every_address_of_the_studio_is_its_one_page(pages: TestClient, path: str) -> None:
    answer = pages.get(path)
    assert (answer.status_code, answer.text) == (200, "the studio")
    assert answer.headers["cache-control"] == "no-cache"


def test_pages_of_their_own_answer_below_their_names(pages: TestClient) -> None:
    assert pages.get("/view/t1").text == "the viewer"
    assert pages.get("/embed/t1").text == "the embed"


def test_only_the_embed_may_be_shown_in_a_frame(pages: TestClient) -> None:
    assert "frame-ancestors 'none'" in pages.get("/view/t1").headers["content-security-policy"]
    assert "frame-ancestors *" in pages.get("/embed/t1").headers["content-security-policy"]


def test_any_page_may_load_what_is_made_for_other_peoples_pages(pages: TestClient) -> None:
    script = pages.get("/embed/v1/diorama-tour.js")
    assert script.text == "the element"
    assert "javascript" in script.headers["content-type"]
    assert script.headers["access-control-allow-origin"] == "*"
    assert pages.get("/embed/t1").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in pages.get("/view/t1").headers


def test_pages_run_no_script_but_our_own_files(pages: TestClient) -> None:
    policy = pages.get("/").headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "default-src 'self';" in policy


def test_files_with_a_digest_in_their_name_are_kept_for_good(pages: TestClient) -> None:
    assert "immutable" in pages.get("/assets/index-abc123.js").headers["cache-control"]
    assert pages.get("/favicon.svg").headers["cache-control"] == "no-cache"
    assert pages.get("/favicon.svg").headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/assets/index-old.js", "/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"]
)
def test_files_that_are_not_pages_are_not_there(pages: TestClient, path: str) -> None:
    assert pages.get(path).status_code == 404


def test_the_pages_are_told_where_the_mail_lies(pages: TestClient, tmp_path: Path) -> None:
    assert pages.get("/config.json").json() == {"outbox": str(tmp_path / "state/outbox")}


def test_one_name_of_this_machine_leads_to_the_other(pages: TestClient) -> None:
    answer = pages.get("http://localhost:8787/jobs/1?x=2")
    assert answer.headers["location"] == "http://127.0.0.1:8787/jobs/1?x=2"


def test_without_built_pages_the_studio_says_how_to_build_them(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/jobs/1")
    assert answer.status_code == 503
    assert "make web" in answer.text
