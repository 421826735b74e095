"""How long it takes to judge a capture: five minutes of 1080p, from starting the program to its report.

    PYTHONPATH=layers/core:sagemaker_containers/scene:. python -m bench.inspection [--video FILE]

FILE is made where it is not there yet, or in a temporary folder without one: the flat's walk, which ends where
it began, walked again and again for five minutes, encoded as phones do (1920 x 1080, 30 frames a second, H.264 at
17 Mbit/s, every other frame between two others). That takes minutes by itself and is not counted.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import av
from av.video.frame import VideoFrame

from examples import furnished_flat

LENGTH_S, FPS = 300, 30
RATE = {"b": "17M", "maxrate": "20M", "bufsize": "34M", "preset": "superfast", "bf": "1"}


def walk_again_and_again(target: Path, length_s: int = LENGTH_S) -> None:
    """Writes the flat's walk, as often as it takes."""
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS), options=RATE)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for number, frame in enumerate(_walks(length_s * FPS)):
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            frame.pict_type = av.video.frame.PictureType.NONE
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _walks(count: int) -> Iterator[VideoFrame]:
    left = count
    while left > 0:
        with av.open(str(furnished_flat.VIDEO)) as container:
            for frame, _ in zip(container.decode(video=0), range(left), strict=False):
                left -= 1
                yield frame


def judged(video: Path, work: Path) -> dict[str, object]:
    """Runs the stage as a machine does, and says what it took: seconds, and the most memory in MiB."""
    (work / "inputs" / "video").mkdir(parents=True)
    shutil.copy(video, work / "inputs" / "video")
    command = [sys.executable, "-m", "diorama.run", "inspect_capture"]
    folders = ["--inputs", str(work / "inputs"), "--outputs", str(work / "outputs")]
    start = monotonic()
    subprocess.run([*command, *folders], check=True, stdout=subprocess.DEVNULL)
    wall_s = monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads((work / "outputs" / "report.json").read_text())
    return {
        "video_s": report["duration_s"],
        "looks": report["looks"],
        "wall_s": round(wall_s, 1),
        "processor_s": round(used.ru_utime + used.ru_stime, 1),
        "memory_mib": round(used.ru_maxrss / 1024),
        "steps_s": report["seconds"],
        "expected_share": report["expected_share"],
    }


def main() -> None:
    """Measures and prints JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.inspection", description=__doc__.splitlines()[0])
    parser.add_argument("--video", type=Path, help="the clip, made where it is not there")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        video = options.video or Path(temporary) / "walks.mp4"
        if not video.exists():
            walk_again_and_again(video)
        print(json.dumps(judged(video, Path(temporary) / "work")))


if __name__ == "__main__":
    main()
