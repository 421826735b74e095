"""The decoder of a model, as the page's worker runs it, answers as it does in Python."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bench.cutting import embedding_of
from tests.browser.conftest import WEB, NewPage, demo_link, free_port
from tests.browser.test_cutting import choose
from tests.journey.running_studio import RunningStudio

SIZE = {"width": 120, "height": 80}

# Speaks with the worker as web/src/cutting/segmentation.ts does.
ASK = """async ([script, embedding, size, prompts]) => {
    const worker = new Worker(script, {type: "module"});
    const ask = (id, request) => new Promise((resolve, reject) => {
        worker.onmessage = ({data}) => data.error ? reject(new Error(data.error)) : resolve(data);
        worker.postMessage({id, request});
    });
    const {model} = await ask(0, {kind: "embed", embedding: {...embedding, photo: size}});
    const masks = [];
    for (const gestures of prompts) {
        const {answer} = await ask(1, {kind: "segment", gestures, size});
        masks.push([...answer.mask.probability]);
    }
    worker.terminate();
    return {model, masks, kept: (await (await caches.open("diorama-decoders")).keys()).length};
}"""


@pytest.mark.parametrize("model", ["sam1", "sam2"])  # SAM 3 is asked as SAM 2 is
def test_a_decoder_answers_in_the_worker_as_in_python(new_page: NewPage, tmp_path: Path, model: str) -> None:
    from tests.vision.tiny_decoder import write_example

    write_example(tmp_path, model)
    page = new_page()
    page.route(
        "**/embedding/*", lambda route: route.fulfill(path=tmp_path / route.request.url.rsplit("/", 1)[1])
    )
    (script,) = (WEB / "dist/assets").glob("worker-*.js")
    prompts = json.loads((tmp_path / "answers.json").read_text())["prompts"]
    gestures = [{"clicks": prompt["clicks"], "box": prompt["box"]} for prompt in prompts]
    found = page.evaluate(ASK, [f"/assets/{script.name}", embedding_of(tmp_path), SIZE, gestures])
    assert found["model"] == model
    assert found["kept"] == 1
    frame = json.loads((tmp_path / "embedding.json").read_text())["frame"]
    for prompt, mask in zip(prompts, found["masks"], strict=True):
        difference = np.abs(np.reshape(mask, (80, 120)) - expected(prompt["mask"], frame))
        assert difference.max() <= 2


def expected(logits: list[float], frame: dict[str, int]) -> Any:
    """The probability over the photo, 0 to 255: between the pixels of the decoder's mask as OpenCV has it."""
    side = round(len(logits) ** 0.5)
    mask = np.reshape(np.array(logits, np.float32), (side, side))
    seen_x, seen_y = side * frame["width_px"] / frame["side_px"], side * frame["height_px"] / frame["side_px"]
    x = (np.arange(120, dtype=np.float32) + 0.5) * seen_x / 120 - 0.5
    y = (np.arange(80, dtype=np.float32) + 0.5) * seen_y / 80 - 0.5
    across, down = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    fine = cv2.remap(mask, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return 255 / (1 + np.exp(-fine))


@pytest.fixture
def studio_with_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningStudio]:
    """A studio whose owner has installed SAM 2.1, if a tiny one with random weights."""
    from encoders.install import install
    from tests.vision.tiny_models import write_tiny

    install(write_tiny("sam2", tmp_path / "weights" / "sam2"))
    monkeypatch.setenv("DIORAMA_WEIGHTS", str(tmp_path / "weights"))
    studio = RunningStudio(tmp_path / "state", port=free_port())
    studio.start()
    yield studio
    studio.stop()
    studio.kill_everything()


def test_the_owners_model_takes_over_and_answers_what_was_clicked_before(
    browser: Any, studio_with_weights: RunningStudio, tmp_path: Path
) -> None:
    studio = studio_with_weights
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8))
    context = browser.new_context()
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(studio.url + demo_link(studio))
    page.get_by_role("heading", name="Projects").wait_for()
    choose(page, studio, photo)
    page.get_by_role("application").click()
    page.get_by_role("status").filter(has_text="Object: 1 click").wait_for(state="attached")
    page.get_by_text(re.compile("Made with Diorama's own (method|network)")).wait_for()
    page.get_by_text("Now with SAM 2.1").first.wait_for()
    page.get_by_role("button", name="New object").click()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("(document.querySelector('.cutout')?.innerText ?? '').includes('of the photo')")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("dialog", name="Make it 3D").wait_for()
    (cutout,) = studio.ask("GET", f"/v1/objects/{page.url.split('/')[-1]}")["cutouts"]
    assert cutout["segmenter"] == "sam2"
    context.close()
