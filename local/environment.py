"""The environment that AWS would give each function, as the one environment of the local processes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from diorama.errors import ConfigurationError
from diorama.settings import PREFIX
from local.state import StateFolder

_DEFAULTS_VARIABLE = f"{PREFIX}STAGE_DEFAULTS"
_WEIGHTS_VARIABLE = f"{PREFIX}WEIGHTS"
_STAGE_DEFAULTS: dict[str, dict[str, Any]] = {
    # People try things with what they have: a short clip, a few photos.
    "sample_frames": {"min_height_px": 480, "min_fps": 0.5, "min_duration_s": 0, "min_frames": 8},
}


def local_environment(
    template: Mapping[str, str], state: StateFolder, url: str, shell: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The template's variables, and over them what is different on one machine.

    Of the shell's variables two count: DIORAMA_STAGE_DEFAULTS, parameters by stage (JSON) for all tours here, and
    DIORAMA_WEIGHTS, the folder of the owner's weights. Raises `ConfigurationError` where that can't be read.
    """
    overrides: dict[str, object] = {
        "platform": "local.platform",
        "state_folder": str(state.path),
        "public_url": url,
        "pools": {"cpu": 1, "gpu": 1},
        "stage_defaults": stage_defaults(shell or {}),
        "weights": _absolute((shell or {}).get(_WEIGHTS_VARIABLE, "")),
        "poll_s": 1,
        "admin_mail": state.demo_user()[0],
        "webhooks_to_anywhere": True,
        "newcomers_plan": "enterprise",  # it is their own machine
        "requests_per_minute": 6000,  # one person is the page, the command line and the tests at once
        "spot": False,
        "instances": {"cpu": "this machine", "gpu": "this machine"},
        "container_instances": {},
        "endpoints": {},
    }
    values = {
        PREFIX + name.upper(): value if isinstance(value, str) else json.dumps(value)
        for name, value in overrides.items()
    }
    return {**template, "POWERTOOLS_SERVICE_NAME": "diorama", **values}


def _absolute(folder: str) -> str:
    """Workers start elsewhere than the shell did."""
    return str(Path(folder).absolute()) if folder else ""


def stage_defaults(shell: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Ours, and over them what the shell asks for. Raises `ConfigurationError` where that can't be read."""
    try:
        asked = TypeAdapter(dict[str, dict[str, Any]]).validate_json(shell.get(_DEFAULTS_VARIABLE, "{}"))
    except ValidationError:
        raise ConfigurationError(
            f"{_DEFAULTS_VARIABLE} is not parameters by stage.",
            'Write it like {"train_splats": {"steps": 500}}.',
        ) from None
    stages = [*_STAGE_DEFAULTS, *(name for name in asked if name not in _STAGE_DEFAULTS)]
    return {name: {**_STAGE_DEFAULTS.get(name, {}), **asked.get(name, {})} for name in stages}
