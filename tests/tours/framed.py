"""A tour whose frames are there, for tests."""

import json

from diorama.tours import actions
from diorama.tours.models import TourVersion
from tests.studio_world import World

FRAMES, POSES, BUNDLE = "s3://media/frames/p/f", "s3://media/poses/p/p", "s3://media/tours/p/key/job1-1"
HALF = 0.5**0.5
CAMERAS = {
    "schema": 1,
    "scale_source": "assumed_eye_height_1.6m",
    "cameras": {
        "1": {
            "width_px": 80,
            "height_px": 60,
            "focal_px": [70.0, 71.0],
            "principal_point_px": [40.0, 30.0],
            "distortion": {"k": -0.05},
        }
    },
    "images": [
        {
            "image": "00002.jpg",
            "camera": "1",
            "time_s": 0.5,
            "world_from_camera": {"rotation_wxyz": [1, 1, 0, 0], "translation": [1, 2, 3]},
        },
        {
            "image": "00001.jpg",
            "camera": "1",
            "time_s": 0.0,
            "world_from_camera": {"rotation_wxyz": [2, 0, 0, 0], "translation": [0, 0, 0]},
        },
    ],
}


def make_with_frames(world: World, tour_id: str) -> None:
    """Lets a job have made the tour of two photos."""
    world.store.put(f"{POSES}/cameras.json", json.dumps(CAMERAS).encode())
    for name in ("00001.jpg", "00002.jpg"):
        world.store.put(f"{FRAMES}/images/{name}", b"\xff\xd8\xff " + name.encode())
    version = TourVersion(
        job_id="job1", attempt=1, bundle=BUNDLE, frames=FRAMES, poses=POSES, report={}, made_at=1.0
    )
    actions.keep(world.platform, tour_id, version)
