import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from diorama.errors import ConfigurationError, Conflict
from diorama.settings import read_settings
from local.environment import local_environment
from local.state import StateFolder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_and_its_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    state.secret()
    state.demo_user()
    assert mode(state.path) == 0o700
    assert mode(state.path / "secrets.json") == mode(state.demo) == 0o600


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    state.path.mkdir(mode=0o755)
    state.make()
    assert mode(state.path) == 0o700


def test_there_is_one_secret_however_many_ask_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: StateFolder(tmp_path / "state").secret(), range(32)))
    assert len(found) == 1
    assert len(found.pop()) == 32
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["secrets.json"]


def test_the_demo_user_stays_the_same_and_differs_elsewhere(tmp_path: Path) -> None:
    first = StateFolder(tmp_path / "a").demo_user()
    assert StateFolder(tmp_path / "a").demo_user() == first
    assert StateFolder(tmp_path / "b").demo_user()[1] != first[1]


def test_one_studio_a_folder(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    with state.alone(), pytest.raises(Conflict, match="running"):
        with StateFolder(tmp_path / "state").alone():
            pass
    with state.alone():
        pass


def test_local_mode_s_own_values_stand_over_the_template_s(tmp_path: Path) -> None:
    template = {"DIORAMA_BUCKET": "MediaBucket", "DIORAMA_POOLS": '{"cpu": 8, "gpu": 4}', "OTHER": "x"}
    environment = local_environment(template, StateFolder(tmp_path), "http://127.0.0.1:1")
    settings = read_settings(environment)
    assert environment["OTHER"] == "x"
    assert settings.bucket == "MediaBucket"
    assert settings.pools == {"cpu": 1, "gpu": 1}
    assert settings.platform == "local.platform"
    assert settings.public_url == "http://127.0.0.1:1"
    assert settings.stage_defaults["sample_frames"]["min_frames"] == 8


def test_the_shell_may_set_parameters_of_stages_and_where_weights_are_and_nothing_else(
    tmp_path: Path,
) -> None:
    shell = {
        "DIORAMA_STAGE_DEFAULTS": '{"train_splats": {"steps": 5}}',
        "DIORAMA_PLATFORM": "elsewhere",
        "DIORAMA_WEIGHTS": "/my/weights",
    }
    environment = local_environment({}, StateFolder(tmp_path), "http://127.0.0.1:1", shell)
    defaults = json.loads(environment["DIORAMA_STAGE_DEFAULTS"])
    assert defaults["train_splats"] == {"steps": 5}
    assert defaults["sample_frames"]["min_height_px"] == 480
    assert environment["DIORAMA_PLATFORM"] == "local.platform"
    assert environment["DIORAMA_WEIGHTS"] == "/my/weights"


def test_parameters_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="DIORAMA_STAGE_DEFAULTS"):
        local_environment({}, StateFolder(tmp_path), "http://127.0.0.1:1", {"DIORAMA_STAGE_DEFAULTS": "[]"})
