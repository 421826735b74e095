"""What lies in the outbox, for the admin of this machine's studio to read."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from diorama.ports import Mail
from diorama.studio import api_keys
from local.accounts import LocalAccounts
from local.letters import letter_routes
from local.outbox import LocalOutbox
from tests.studio_world import World, make_world

PASSWORD = "correct horse battery 9"


def token_of(world: World, email: str, *, admin: bool) -> str:
    accounts = world.platform.accounts
    assert isinstance(accounts, LocalAccounts)
    user_id = accounts.ensure(email, PASSWORD)
    if admin:
        accounts.make_admin(user_id)
    return accounts.log_in(email, PASSWORD).access_token


def ask(world: World, folder: Path, token: str) -> TestClient:
    client = TestClient(Starlette(routes=letter_routes(world.platform, folder)))
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def test_an_admin_reads_the_letters_newest_first(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    outbox = LocalOutbox(world.database, tmp_path / "outbox", world.clock)
    for n, html in enumerate(("", "<p>It is ready.</p>")):
        world.clock.time += 1
        outbox.mail(Mail(to="ann@example.test", subject=f"Letter {n}", text="It is ready.", html=html))
    answer = ask(world, tmp_path / "outbox", token_of(world, "admin@example.test", admin=True)).get(
        "/local/letters"
    )
    newest, oldest = answer.json()["letters"]
    assert (newest["subject"], newest["to"]) == ("Letter 1", "ann@example.test")
    assert "<p>It is ready.</p>" in newest["html"]
    assert (oldest["subject"], oldest["html"], oldest["text"].strip()) == ("Letter 0", "", "It is ready.")
    assert answer.headers["cache-control"] == "no-store"


def test_nobody_else_learns_that_there_are_letters(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    person = token_of(world, "ann@example.test", admin=False)
    admin = token_of(world, "admin@example.test", admin=True)
    user_id = world.platform.accounts.claims(admin)["sub"]
    key = api_keys.create(world.platform, user_id, api_keys.NewApiKey(name="script")).secret
    for token in (person, key, "", "nonsense"):
        answer = ask(world, tmp_path, token).get("/local/letters")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
