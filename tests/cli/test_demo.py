"""Joining the studio that runs, and none that only seems to."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.demo import running_url, sign_in_link, staying_studio, stop_running, studio_of
from local.state import ROOT, StateFolder
from tests.cli.conftest import Served


def tell(state: StateFolder, url: str, pid: int) -> None:
    state.make()
    state.studio.write_text(json.dumps({"url": url, "pid": pid}))


def test_without_a_studio_there_is_none_to_join(tmp_path: Path) -> None:
    assert running_url(StateFolder(tmp_path / "state")) is None


def test_the_studio_that_holds_the_folder_is_joined(served: Served, tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    tell(state, served.url, os.getpid())
    with state.alone():
        assert running_url(state) == served.url
        with studio_of(state) as url:
            assert url == served.url


def test_the_port_of_a_dead_studio_is_not_trusted_whoever_answers_there(
    served: Served, tmp_path: Path
) -> None:
    state = StateFolder(tmp_path / "state")
    tell(state, served.url, os.getpid())
    assert running_url(state) is None  # nobody holds the folder
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    tell(state, served.url, gone.pid)
    with state.alone():
        assert running_url(state) is None  # its writer is dead


def test_the_link_of_the_demo_user_holds_a_token_that_signs_in(served: Served, tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    served.world.platform.accounts.ensure(*state.demo_user())  # type: ignore[attr-defined]
    url, _, token = sign_in_link(state, served.url).partition("/#demo=")
    assert url == served.url
    assert served.world.platform.accounts.refresh(token).access_token


@pytest.mark.slow
def test_a_studio_is_started_for_the_time_and_ends_with_us(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    with studio_of(state) as url:
        assert url.startswith("http://127.0.0.1:")
        pid = json.loads(state.studio.read_text())["pid"]
        with studio_of(state) as joined:
            assert joined == url
        assert running_url(state) == url
    assert not state.in_use()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.slow
def test_a_studio_does_not_outlive_the_command_that_was_killed(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    program = (
        "import time, pathlib; from local.demo import studio_of; from local.state import StateFolder\n"
        f"with studio_of(StateFolder(pathlib.Path({str(state.path)!r}))): time.sleep(60)"
    )
    command = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    deadline = time.monotonic() + 30
    while running_url(state) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running_url(state)
    command.send_signal(signal.SIGKILL)
    command.wait()
    while state.in_use() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not state.in_use()


@pytest.mark.slow
def test_a_studio_that_is_to_stay_goes_on_without_us_until_it_is_stopped(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    with staying_studio(state) as studio:
        studio.stays = True
    try:
        assert running_url(state) == studio.url
        with staying_studio(state) as joined:
            assert (joined.url, joined.stays) == (studio.url, True)
        assert running_url(state) == studio.url  # it was there before, so it is there afterwards
        assert sign_in_link(state, studio.url, "/view/t1").startswith(f"{studio.url}/view/t1#demo=")
    finally:
        assert stop_running(state)
    assert not state.in_use()
    assert not stop_running(state)


@pytest.mark.slow
def test_a_studio_that_was_started_in_vain_does_not_stay(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    with pytest.raises(KeyboardInterrupt), staying_studio(state):
        raise KeyboardInterrupt
    assert not state.in_use()
