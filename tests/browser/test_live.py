"""A job's page hears of it over a WebSocket, and by polling where that drops."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import NewPage
from tests.journey.running_studio import RunningStudio

PROGRESS = "Progress of the job"


@pytest.fixture
def long_job(served: RunningStudio, short_clip: Path, tmp_path: Path) -> Iterator[str]:
    """A job that goes on until it is cancelled."""
    video = tmp_path / "long.mp4"
    video.write_bytes(short_clip.read_bytes() + b"\x00\x00\x00\x08free")
    project_id = served.project()
    upload_id = served.upload(project_id, video, "video/mp4")
    job_id = served.start_tour(project_id, upload_id, train_splats={"steps": 30_000})
    yield job_id
    served.http.post(f"/v1/jobs/{job_id}/cancel")


class Page:
    """The job's page, its requests counted, its socket in our hands."""

    def __init__(self, page: Any, served: RunningStudio, job_id: str) -> None:
        self.page, self.polls = page, 0
        self.sockets: list[Any] = []
        page.on("request", lambda request: self._count(request, f"/v1/jobs/{job_id}"))
        page.route_web_socket(re.compile("/live"), self._through)
        page.goto(f"{served.url}/jobs/{job_id}")

    def _count(self, request: Any, path: str) -> None:
        self.polls += request.method == "GET" and request.url.endswith(path)

    def _through(self, socket: Any) -> None:
        socket.connect_to_server()
        self.sockets.append(socket)

    def moves(self, times: int) -> None:
        """Waits until the progress has changed so often."""
        bar = self.page.get_by_role("progressbar", name=PROGRESS)
        for _ in range(times):
            before = bar.get_attribute("aria-valuenow")
            self.page.wait_for_function(
                "([bar, before]) => bar.getAttribute('aria-valuenow') !== before",
                arg=[bar.element_handle(), before],
                timeout=120_000,
            )

    def is_live(self, live: bool = True) -> None:
        mark = self.page.get_by_text("Live", exact=True)
        mark.wait_for(state="visible" if live else "hidden")


def test_progress_comes_by_the_socket_then_by_polling_then_by_the_socket_again(
    new_page: NewPage, served: RunningStudio, long_job: str
) -> None:
    shown = Page(new_page(), served, long_job)
    shown.is_live()
    shown.moves(1)
    polled = shown.polls
    shown.moves(3)
    assert shown.polls - polled <= 1  # a poll each half minute looks for what got lost

    shown.page.route("**/v1/live/tickets", lambda route: route.abort())
    shown.sockets[-1].close()
    shown.is_live(False)
    polled = shown.polls
    shown.moves(2)
    assert shown.polls - polled >= 2

    shown.page.unroute("**/v1/live/tickets")
    shown.is_live()
    assert len(shown.sockets) == 2
    polled = shown.polls
    served.ask("POST", f"/v1/jobs/{long_job}/cancel")
    shown.page.get_by_text("Cancelled").first.wait_for()
    assert shown.polls - polled <= 1
