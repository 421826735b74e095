"""`python -m examples.textured_room OUT.mp4`."""

import argparse
from pathlib import Path

from examples.textured_room.film import film_room


def main() -> None:
    """Reads the command line and writes the video and its truth."""
    parser = argparse.ArgumentParser(prog="python -m examples.textured_room", description=film_room.__doc__)
    parser.add_argument("video", type=Path, help="where the MP4 goes; the truth goes beside it as .json")
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--fps", type=int, default=24)
    options = parser.parse_args()
    truth = film_room(options.video, options.seconds, options.width, options.height, options.fps)
    print(f"{options.video} and {truth}")


if __name__ == "__main__":
    main()
