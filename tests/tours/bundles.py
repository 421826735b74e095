"""Small bundles for tests of what is done with a tour that is made."""

import json

from diorama.tours import actions
from diorama.tours.models import NewTour, TourVersion
from tests.studio_world import World
from tests.tours.test_manifest import document

FILES = ("levels/full.sog", "levels/low.sog", "poster.jpg", "manifest.json")


def a_tour(world: World, user: str = "ann") -> str:
    """A tour that is still being made; its id."""
    project = world.project(user).project_id
    upload = world.uploaded(user, project)
    wanted = NewTour(project_id=project, upload_id=upload.upload_id)
    return actions.start(world.platform, user, wanted, "c").tour_id


def make(world: World, tour_id: str, attempt: int = 1, **manifest: object) -> str:
    """Lets a job have made the tour; the bundle's URI. Every file's content names its attempt."""
    bundle = f"s3://media/tours/p/key/job1-{attempt}"
    for path in (*FILES, "log.txt", "report.json"):
        world.store.put(f"{bundle}/{path}", f"{path} of {attempt}".encode())
    world.store.put(f"{bundle}/manifest.json", json.dumps(document(**manifest)).encode())
    version = TourVersion(job_id="job1", attempt=attempt, bundle=bundle, report={}, made_at=1.0)
    actions.keep(world.platform, tour_id, version)
    return bundle
