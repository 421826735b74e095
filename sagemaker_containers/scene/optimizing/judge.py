"""How near a scene comes to photos that nothing was fitted to."""

from dataclasses import dataclass

from optimizing.level_file import Trained
from splats.scene import SplatScene
from views.draw import draw
from views.evaluate import Evaluation, score
from views.view import PhotoView


@dataclass(frozen=True)
class Judge:
    """The photos that nothing was fitted to, and how well the trained model shows them."""

    held_out: list[PhotoView]
    trained: Trained

    def evaluate(self, scene: SplatScene) -> Evaluation:
        """The scene against the photos."""
        return evaluate(self.held_out, scene)


def judge_of(held_out: list[PhotoView], model: SplatScene) -> Judge:
    """With the trained model, as it came."""
    found = evaluate(held_out, model)
    return Judge(held_out, Trained(len(model), round(found.psnr, 4), round(found.ssim, 5)))


def evaluate(held_out: list[PhotoView], scene: SplatScene) -> Evaluation:
    """The scene, drawn, against the photos."""
    return Evaluation(tuple(score(view, draw(scene, view.view)) for view in held_out))
