"""A tour's hotspots, which its bundle does not hold: as the page of an exported tour says them, and their files.

`web/src/export/hotspots.ts` does the same in a browser.
"""

from collections.abc import Sequence
from typing import Any

ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
    "model/gltf-binary": "glb",
}
DECIMALS = 4
FINE_DECIMALS = 6


def written(hotspots: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The API's hotspots, as a manifest says them."""
    return [_written(hotspot) for hotspot in hotspots]


def path_of(hotspot: dict[str, Any]) -> str:
    """Where the file of a hotspot that has one lies, beside the manifest."""
    return f"hotspots/{hotspot['hotspot_id']}.{ENDINGS.get(hotspot['media']['content_type'], 'bin')}"


def _written(hotspot: dict[str, Any]) -> dict[str, Any]:
    media, seen_from, placement = hotspot["media"], hotspot["seen_from"], hotspot.get("placement")
    return {
        **{key: hotspot[key] for key in ("hotspot_id", "title", "text", "link")},
        "position": _rounded(hotspot["position"]),
        "seen_from": {
            "position": _rounded(seen_from["position"]),
            "yaw_deg": _round(seen_from["yaw_deg"]),
            "pitch_deg": _round(seen_from["pitch_deg"]),
        },
        "media": media and {"kind": media["kind"], "path": path_of(hotspot)},
        **({"placement": _placed(placement)} if placement else {}),
    }


def _placed(placement: dict[str, Any]) -> dict[str, Any]:
    turn = [_round(value, FINE_DECIMALS) for value in placement["rotation_wxyz"]]
    return {"rotation_wxyz": turn, "scale": _round(placement["scale"], FINE_DECIMALS)}


def _rounded(values: Sequence[float]) -> list[float]:
    return [_round(value) for value in values]


def _round(value: float, decimals: int = DECIMALS) -> float:
    """As JavaScript writes it: whole numbers without a point."""
    near = round(float(value), decimals)
    return int(near) if near == int(near) else near
