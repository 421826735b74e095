"""The environment that AWS would give each function, as the one environment of the local processes."""

import json
from collections.abc import Mapping

from diorama.settings import PREFIX
from local.state import StateFolder

_STAGE_DEFAULTS = {
    # People try things with what they have: a short clip, a few photos.
    "sample_frames": {"min_height_px": 480, "min_fps": 0.5, "min_duration_s": 0, "min_frames": 8},
}


def local_environment(template: Mapping[str, str], state: StateFolder, url: str) -> dict[str, str]:
    """The template's variables, and over them what is different on one machine."""
    overrides: dict[str, object] = {
        "platform": "local.platform",
        "state_folder": str(state.path),
        "public_url": url,
        "pools": {"cpu": 1, "gpu": 1},
        "stage_defaults": _STAGE_DEFAULTS,
        "poll_s": 1,
        "spot": False,
    }
    values = {
        PREFIX + name.upper(): value if isinstance(value, str) else json.dumps(value)
        for name, value in overrides.items()
    }
    return {**template, "POWERTOOLS_SERVICE_NAME": "diorama", **values}
