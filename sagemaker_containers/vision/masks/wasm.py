"""Builds the kernel of masks for browsers: `python -m masks.wasm` writes web/src/clicks/masks.wasm and its digests.

pip install ziglang==0.15.1
PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision python -m masks.wasm
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from masks.native import KERNEL

FUNCTIONS = ("masks_bytes", "masks_open", "masks_width", "masks_height", "masks_segment")
FLAGS = (
    *("-target", "wasm32-freestanding", "-mcpu=baseline+bulk_memory+simd128", "-std=gnu11", "-O3"),
    *("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-sanitize=all", "-nostdlib"),
    *("-Wl,--no-entry", "-Wl,--strip-all", "-Wl,-z,stack-size=65536", "-Wl,--export=__heap_base"),
    *(f"-Wl,--export={name}" for name in FUNCTIONS),
)
WEB = Path(__file__).parents[3] / "web" / "src" / "clicks"
BUILT = WEB / "masks.wasm"
DIGESTS = WEB / "masks.wasm.json"


def sources_digest() -> str:
    """Of all that the build is made from."""
    files = sorted(KERNEL.sources.glob("*.[ch]"))
    text = "\n".join([*FLAGS, *(file.read_text(encoding="utf-8") for file in files)])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def build(path: Path) -> None:
    """Compiles to `path`. Raises CalledProcessError with what the compiler said."""
    sources = [str(source) for source in sorted(KERNEL.sources.glob("*.c"))]
    subprocess.run([sys.executable, "-m", "ziglang", "cc", *FLAGS, *sources, "-o", str(path)], check=True)


def main() -> None:
    """Builds, and notes what of."""
    build(BUILT)
    digests = {"sources": sources_digest(), "wasm": hashlib.sha256(BUILT.read_bytes()).hexdigest()}
    DIGESTS.write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")
    print(f"{BUILT.stat().st_size} bytes, sources {digests['sources'][:12]}")  # noqa: T201 (a command's answer)


if __name__ == "__main__":
    main()
