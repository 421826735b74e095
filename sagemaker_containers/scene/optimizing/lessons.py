"""What levels of detail are refined with, and what decides whether that made them better.

Levels learn from the photos that were trained on and, because those are few, from pictures of the full model at places
between them, which it can draw as many of as one likes. Other such pictures are kept back: a level is refined only
where it is nearer to those afterwards. All are as large as the pictures that levels are judged by: splats that learn
from smaller ones grow too wide for them (bench/README.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from diorama.tours.stages import OptimizeSplatsParams
from optimizing.judge import evaluate
from optimizing.levels import evenly
from optimizing.refine import refine
from splats.cameras import View
from splats.scene import SplatScene
from training.backdrop import behind
from views.draw import draw
from views.evaluate import psnr
from views.view import PhotoView

QUIZ_EVERY = 5
"""Of the places between cameras, one in so many is kept back."""
COMPARED_PHOTOS = 8
MOST_BETWEEN = 60
LEAST_ALIKE = 0.5
"""Cosine between the directions that two cameras look in, at least, for a place between them."""


@dataclass(frozen=True)
class Lessons:
    """Pictures to learn from, pictures to judge by, what is behind every level, how far cameras usually see, and how
    well the full model shows photos that it was trained on (PSNR).
    """

    learned: list[PhotoView]
    quiz: list[PhotoView]
    shell: SplatScene
    distance: float
    psnr: float
    steps: int
    seed: int

    def taught(self, scene: SplatScene) -> SplatScene:
        """The level, refined, or as it was where that is better."""
        if self.steps == 0:
            return scene
        refined = refine(scene, self.learned, self.steps, self.distance, self.shell, self.seed)
        if self.quiz and self.likeness(refined, self.shell) <= self.likeness(scene, self.shell):
            return scene
        return refined

    def likeness(self, scene: SplatScene, shell: SplatScene | None) -> float:
        """How near it comes, with the `shell` behind, to pictures that nothing is learnt from (PSNR)."""
        if not self.quiz:
            return 0.0
        whole = behind(scene, shell) if shell else scene
        return mean([psnr(draw(whole, view.view), view.photo / 255) for view in self.quiz])


def lessons_of(
    photos: list[PhotoView], full: SplatScene, shell: SplatScene, params: OptimizeSplatsParams
) -> Lessons:
    """Those of photos of the scene."""
    middle = full.means.median(dim=0).values.cpu().numpy()
    distances = [float(np.linalg.norm(photo.position - middle)) for photo in photos]
    places = evenly(between([photo.view for photo in photos]), MOST_BETWEEN) if params.refine_steps else []
    drawn = [_drawn(behind(full, shell), place) for place in places]
    return Lessons(
        learned=photos + [picture for index, picture in enumerate(drawn) if index % QUIZ_EVERY],
        quiz=drawn[::QUIZ_EVERY],
        shell=shell,
        distance=float(np.median(distances)),
        psnr=evaluate(evenly(photos, COMPARED_PHOTOS), behind(full, shell)).psnr,
        steps=params.refine_steps,
        seed=params.seed,
    )


def between(views: Sequence[View]) -> list[View]:
    """Half-way from each camera to the nearest other that looks about the same way; each pair once."""
    if len(views) < 2:
        return []
    poses = np.stack([view.world_from_camera for view in views])
    apart = np.linalg.norm(poses[:, None, :3, 3] - poses[None, :, :3, 3], axis=2)
    apart[poses[:, :3, 2] @ poses[:, :3, 2].T < LEAST_ALIKE] = np.inf
    np.fill_diagonal(apart, np.inf)
    nearest = apart.argmin(axis=1)
    found = [(one, int(nearest[one])) for one in range(len(views)) if np.isfinite(apart[one].min())]
    pairs = sorted({(min(pair), max(pair)) for pair in found})
    return [_half_way(views[one], views[other]) for one, other in pairs]


def _half_way(one: View, other: View) -> View:
    ends = np.stack([one.world_from_camera, other.world_from_camera])
    pose = ends.mean(axis=0)
    pose[:3, :3] = Slerp([0, 1], Rotation.from_matrix(ends[:, :3, :3]))([0.5]).as_matrix()[0]
    return View(f"{one.name} to {other.name}", one.pinhole, pose)


def _drawn(scene: SplatScene, view: View) -> PhotoView:
    return PhotoView(view, np.rint(draw(scene, view) * 255).astype(np.uint8))
