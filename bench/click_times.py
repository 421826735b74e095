"""How long the browser's own segmenter takes: headless Chromium, one thread, the kernel as the page has it.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision:. .venv/bin/python -m bench.click_times
        [--photo PHOTO] [--side 1156]

Fifty clicks in five rounds of ten on the photo (one that is generated, where none is given), scaled to `--side`: a
megapixel at 4:3. Prints the milliseconds of opening, and the median, 95th percentile and largest of a click.
"""

import argparse
import json
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np

from bench.chromium import PLAIN, chromium
from masks.wasm import MASKS

CLICKS, ROUNDS = 10, 5
TIMEOUT_S = 120
PAGE = """<!doctype html><script type="module">
const picture = await createImageBitmap(await (await fetch("/photo.png")).blob());
const canvas = new OffscreenCanvas(picture.width, picture.height);
const context = canvas.getContext("2d");
context.drawImage(picture, 0, 0);
const { width, height, data } = context.getImageData(0, 0, picture.width, picture.height);
const { instance } = await WebAssembly.instantiateStreaming(fetch("/masks.wasm"), {});
const kernel = instance.exports;
const bytes = kernel.masks_bytes(width, height);
const start = Math.ceil(kernel.__heap_base.value / 16) * 16;
const free = start + bytes;
kernel.memory.grow(Math.ceil((bytes + data.length * 2 + 65536) / 65536));
new Uint8Array(kernel.memory.buffer, free).set(data);
let began = performance.now();
const masks = kernel.masks_open(start, bytes, free, width, height);
const open_ms = performance.now() - began;
const view = new DataView(kernel.memory.buffer);
const click_ms = [];
for (const round of await (await fetch("/clicks.json")).json())
  round.forEach(([x, y, adds], index) => {
    view.setFloat32(free + 12 * index, x * width, true);
    view.setFloat32(free + 12 * index + 4, y * height, true);
    view.setInt32(free + 12 * index + 8, adds, true);
    began = performance.now();
    kernel.masks_segment(masks, free, index + 1, 0, free + 4096);
    click_ms.push(performance.now() - began);
  });
await fetch("/told", { method: "POST", body: JSON.stringify({ width, height, open_ms, click_ms }) });
</script>"""


def serve(files: dict[str, bytes], told: list[str], done: threading.Event) -> ThreadingHTTPServer:
    """A server of a page and its files, which takes what the page tells."""
    kinds = {".wasm": "application/wasm", ".json": "application/json", ".png": "image/png"}

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", kinds.get(Path(self.path).suffix, "text/html"))
            self.end_headers()
            self.wfile.write(body or b"")

        def do_POST(self) -> None:
            told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
            """Says nothing: one answer is printed."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Door)


def photo_of(path: Path | None, side: int) -> bytes:
    """PNG of the photo at a long side; without one, of clouds of colour."""
    if path:
        photo = cv2.imread(str(path), cv2.IMREAD_COLOR)
        assert photo is not None, f"{path} cannot be read"
    else:
        coarse = np.random.default_rng(0).integers(0, 255, (18, 24, 3)).astype(np.uint8)
        photo = cv2.resize(coarse, (1156, 867), interpolation=cv2.INTER_CUBIC)
    scale = side / max(photo.shape[:2])
    photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".png", photo)[1].tobytes()


def rounds() -> list[list[tuple[float, float, int]]]:
    """Clicks in shares of the photo's sides; the first of each round adds, every third takes away."""
    random = np.random.default_rng(1)
    return [
        [(*random.uniform(0.05, 0.95, 2).tolist(), int(index % 3 != 2)) for index in range(CLICKS)]
        for _ in range(ROUNDS)
    ]


def main() -> None:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description="How long the browser's segmenter takes.")
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--side", type=int, default=1156)
    args = parser.parse_args()
    told: list[str] = []
    done = threading.Event()
    files = {
        "/": PAGE.encode(),
        "/masks.wasm": MASKS.built.read_bytes(),
        "/photo.png": photo_of(args.photo, args.side),
        "/clicks.json": json.dumps(rounds()).encode(),
    }
    server = serve(files, told, done)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        address = f"http://127.0.0.1:{server.server_port}/"
        command = [
            chromium() or "chromium",
            "--headless",
            *PLAIN,
            f"--user-data-dir={profile}",
            "--remote-debugging-port=0",
            address,
        ]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert done.wait(TIMEOUT_S), "the page did not tell its times"
        finally:
            browser.terminate()
            browser.wait()
            server.shutdown()
    times = json.loads(told[0])
    clicks = np.array(times.pop("click_ms"))
    figures = {"median": np.median(clicks), "p95": np.percentile(clicks, 95), "largest": clicks.max()}
    told_ms = {f"{name}_ms": round(float(value), 1) for name, value in figures.items()}
    print(json.dumps({**times, "open_ms": round(times["open_ms"]), "clicks": len(clicks), **told_ms}))


if __name__ == "__main__":
    main()
