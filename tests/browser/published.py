"""Published tours on a host that serves files and nothing else: the built pages and a folder, no studio."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from local.pages import page_routes
from local.state import StateFolder

HOTSPOTS = [
    {
        "hotspot_id": "corner",
        "title": "The corner",
        "text": "Where three planes meet.",
        "position": [0.5, 0.8, 0.5],
        "seen_from": {"position": [2.5, 1.5, 2.5], "yaw_deg": 45, "pitch_deg": -10},
    }
]
"""One, at a corner, and where it is seen from."""


class PublishedTours:
    """Serves `folder`/{tour_id}/ below /published/ until it is closed."""

    def __init__(self, folder: Path, pages: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        folder.mkdir(parents=True, exist_ok=True)
        routes = [
            Mount("/published", StaticFiles(directory=folder)),
            *page_routes(pages, StateFolder(folder.with_name("state"))),
        ]
        config = uvicorn.Config(Starlette(routes=routes), port=port, log_level="error", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def publish(self, tour_id: str, name: str, bundle: Path, **changes: Any) -> Path:
        """Shows a bundle, with changes to the top of its manifest; answers with the published folder."""
        home = self.folder / tour_id
        files = home / "v1"
        files.mkdir(parents=True)
        for path in bundle.rglob("*"):
            if path.is_file():
                target = files / path.relative_to(bundle)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        manifest = json.loads((bundle / "manifest.json").read_text()) | changes
        (files / "manifest.json").write_text(json.dumps(manifest))
        tour = {"schema": 1, "tour_id": tour_id, "name": name, "version": 1, "files": "v1/"}
        (home / "tour.json").write_text(json.dumps(tour))
        return files

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
