"""How long the page takes to answer a click: its own worker, as built, in headless Chromium on one thread.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision:. .venv/bin/python -m bench.cutting
        [--data FOLDER] [--embedding FOLDER | --random-sam2] [--clicks 50] [--json]

Without `--data` (a folder as `bench.clicks` takes it; its first photo is used) the photo is generated, 1536 x 1024
pixels. `--embedding` is a folder as `embed_photo` writes it where weights are installed; `--random-sam2` makes one of
SAM 2.1's true size from random weights, which takes as long as good ones. Clicks are sown at random, ten on each
object, half of them adding, once the click network is loaded. `worker_ms` is the worker's own time for a mask of the
photo's size, `page_ms` until the page has it; `open_ms` is until the first click can be answered. `busiest_ms` is the
processor time of the worker that had most to do, `workers_ms` of all: other work on the machine changes that less.
"""

import argparse
import functools
import http.server
import json
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

from bench.chromium import PLAIN, chromium

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "web/dist"
CLICKS_PER_OBJECT = 10

# Speaks with the worker as web/src/cutting/segmentation.ts does.
OPEN = """async ([script, photo, embedding]) => {
    const worker = new Worker(script, {type: "module"});
    let asked = 0;
    const ask = (request) => new Promise((resolve, reject) => {
        const id = asked++;
        worker.onmessage = ({data}) => data.error ? reject(new Error(data.error)) : resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage({id, request});
    });
    const bitmap = await createImageBitmap(await (await fetch(photo)).blob());
    const size = {width: bitmap.width, height: bitmap.height};
    const context = new OffscreenCanvas(size.width, size.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const began = performance.now();
    let {model} = await ask({kind: "open", photo: context.getImageData(0, 0, size.width, size.height)});
    if (embedding) ({model} = await ask({kind: "embed", embedding: {...embedding, photo: size}}));
    const open_ms = performance.now() - began;
    window.cutting = {worker, ask, size};
    return {model, open_ms};
}"""
CLICK = """async (gestures) => {
    const {ask, size} = window.cutting;
    const from = performance.now();
    const {answer} = await ask({kind: "segment", gestures, size});
    return {model: answer.model, page_ms: performance.now() - from, worker_ms: answer.took_ms};
}"""
CLOSE = "() => window.cutting.worker.terminate()"
NETWORK_WITHIN_S = 60


def generated_photo() -> NDArray[np.uint8]:
    """Blurred shapes of many colours with grain: neither flat nor noise alone."""
    random = np.random.default_rng(2)
    coarse = random.integers(0, 256, (16, 24, 3), np.uint8)
    picture = cv2.resize(coarse, (1536, 1024), interpolation=cv2.INTER_CUBIC)
    for _ in range(40):
        centre, radius = random.integers((0, 0), (1536, 1024)), int(random.integers(20, 160))
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        cv2.circle(picture, (int(centre[0]), int(centre[1])), radius, colour, -1, cv2.LINE_AA)
    grain = random.normal(0, 6, picture.shape)
    return np.asarray(np.clip(picture + grain, 0, 255), np.uint8)


def sown_gestures(width: int, height: int, clicks: int) -> list[dict[str, Any]]:
    """What the page asks with each click: all clicks on the object so far."""
    random = np.random.default_rng(1)
    gestures: list[dict[str, Any]] = []
    for number in range(clicks):
        before = gestures[-1]["clicks"] if number % CLICKS_PER_OBJECT else []
        x, y = random.uniform((0.5, 0.5), (width - 0.5, height - 0.5))
        click = {"x": float(x), "y": float(y), "adds": not before or bool(random.integers(2))}
        gestures.append({"clicks": [*before, click], "box": None})
    return gestures


def random_sam2(folder: Path, photo: Path) -> None:
    """What `embed_photo` writes with SAM 2.1 (Hiera tiny), its weights random."""
    # Heavy, and of a container that others need not have installed.
    from transformers import Sam2Config, Sam2Model

    import embed_photo
    from diorama.objects.stages import EmbedPhotoParams
    from encoders.install import install

    with TemporaryDirectory() as scratch:
        weights = Path(scratch, "weights/sam2")
        (Path(scratch) / "photo").mkdir()
        shutil.copy(photo, Path(scratch, "photo"))
        Sam2Model(Sam2Config()).save_pretrained(weights)
        install(weights)
        embed_photo.run(Path(scratch), folder, EmbedPhotoParams(), lambda *_, **__: None)


def embedding_of(folder: Path) -> dict[str, Any]:
    """The page's `Embedding` of a folder that is served as /embedding."""
    told = json.loads((folder / "embedding.json").read_text())
    frame = told["frame"]
    return {
        "model": told["model"],
        "decoderDigest": "bench",
        "frame": {"side": frame["side_px"], "width": frame["width_px"], "height": frame["height_px"]},
        "arrays": [
            {"name": array["name"], "shape": array["shape"], "url": f"/embedding/{array['file']}"}
            for array in told["arrays"]
        ],
        "decoderUrl": f"/embedding/{told['decoder']}",
    }


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the figures are what is printed."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The origin of a server of one folder."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def processor_ms_of_workers() -> dict[Path, float]:
    """What each worker of a browser on this machine has used until now; Linux only."""
    used = {}
    for name in Path("/proc").glob("[0-9]*/task/*/comm"):
        # threads may end while they are looked at
        with suppress(OSError):
            if "DedicatedWorker" in name.read_text():
                used[name.parent] = int((name.parent / "schedstat").read_text().split()[0]) / 1e6
    return used


def clicked(page: Page, gestures: dict[str, Any], others: set[Path]) -> dict[str, Any]:
    """One click's times and the model that answered; `others` are workers that are not the page's."""
    before = processor_ms_of_workers()
    found: dict[str, Any] = page.evaluate(CLICK, gestures)
    after = processor_ms_of_workers()
    used = [ms - before.get(worker, 0) for worker, ms in after.items() if worker not in others]
    return {**found, "busiest_ms": max(used, default=0.0), "workers_ms": sum(used)}


def wait_for_network(page: Page) -> None:
    """Clicks in a corner, where nothing is measured, until the network answers too."""
    until = time.monotonic() + NETWORK_WITHIN_S
    corner = {"clicks": [{"x": 0.5, "y": 0.5, "adds": True}], "box": None}
    while page.evaluate(CLICK, corner)["model"] == "diorama":
        assert time.monotonic() < until, "the click network was not loaded"
        time.sleep(0.2)


def measured(page: Page, photo: Path, clicks: int, embedding: dict[str, Any] | None) -> dict[str, Any]:
    """One model's figures."""
    height, width = read(photo).shape[:2]
    (script,) = (PAGES / "assets").glob("worker-*.js")
    gestures = sown_gestures(width, height, clicks)
    others = set(processor_ms_of_workers())
    opened = page.evaluate(OPEN, [f"/assets/{script.name}", f"/{photo.name}", embedding])
    wait_for_network(page)
    found = [clicked(page, one, others) for one in gestures]
    page.evaluate(CLOSE)
    return {
        "model": found[-1]["model"],
        "open_ms": round(opened["open_ms"]),
        **{
            f"{name}_{which}": round(value, 1)
            for name in ("worker_ms", "page_ms", "busiest_ms", "workers_ms")
            for which, value in (
                ("median", statistics.median(click[name] for click in found)),
                ("p95", statistics.quantiles([click[name] for click in found], n=20)[-1]),
            )
        },
    }


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """The document that is printed."""
    with TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "assets").symlink_to(PAGES / "assets")
        (root / "index.html").write_text("<!doctype html><title>bench</title>")
        photo = root / "photo.png"
        picture = first_photo(asked.data) if asked.data else generated_photo()
        cv2.imwrite(str(photo), picture)
        if asked.random_sam2:
            (root / "embedding").mkdir()
            random_sam2(root / "embedding", photo)
        elif asked.embedding:
            (root / "embedding").symlink_to(asked.embedding.resolve())
        with served(root) as origin, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=list(PLAIN))
            page = browser.new_page()
            page.goto(origin)
            models = [measured(page, photo, asked.clicks, None)]
            if (root / "embedding").exists():
                models.append(measured(page, photo, asked.clicks, embedding_of(root / "embedding")))
            browser.close()
        return {
            "width_px": picture.shape[1],
            "height_px": picture.shape[0],
            "clicks": asked.clicks,
            "models": models,
        }


def first_photo(folder: Path) -> NDArray[np.uint8]:
    """Of the folder's index."""
    index = json.loads((folder / "index.json").read_text())
    return read(folder / index[0]["photo"])


def read(path: Path) -> NDArray[np.uint8]:
    """A picture's pixels."""
    picture = cv2.imread(str(path))
    assert picture is not None, path
    return np.asarray(picture, np.uint8)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--embedding", type=Path)
    which.add_argument("--random-sam2", action="store_true")
    parser.add_argument("--clicks", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['width_px']} x {found['height_px']} pixels, {found['clicks']} clicks")
    for model in found["models"]:
        print("  ".join(f"{name} {value}" for name, value in model.items()))


if __name__ == "__main__":
    main()
