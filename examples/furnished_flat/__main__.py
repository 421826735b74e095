"""`python -m examples.furnished_flat WORK`: makes the clip and its truth again. README.md says what that needs."""

import argparse
import pickle
from pathlib import Path

from examples.furnished_flat import TRUTH, VIDEO
from examples.furnished_flat.bake import bake
from examples.furnished_flat.baked import Baked
from examples.furnished_flat.film import film
from examples.furnished_flat.flat import furnished_flat


def main() -> None:
    """Reads the command line, builds and lights the flat, and films it."""
    parser = argparse.ArgumentParser(prog="python -m examples.furnished_flat", description=film.__doc__)
    parser.add_argument(
        "work", type=Path, help="a folder for what is done; the same again goes on from there"
    )
    parser.add_argument("--video", type=Path, default=VIDEO)
    parser.add_argument("--truth", type=Path, default=TRUTH)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    film(_baked(options.work / "baked.pickle"), options.work, options.video, options.truth)
    print(f"{options.video} and {options.truth}")


def _baked(kept: Path) -> Baked:
    if kept.exists():
        baked: Baked = pickle.loads(kept.read_bytes())
        return baked
    baked = bake(furnished_flat(), detail=1.0)
    kept.write_bytes(pickle.dumps(baked))
    return baked


if __name__ == "__main__":
    main()
