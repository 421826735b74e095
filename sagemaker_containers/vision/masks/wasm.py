"""Builds the kernel of masks for browsers: `python -m masks.wasm` writes web/src/clicks/masks.wasm and its digests.

pip install ziglang==0.17.1
PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision python -m masks.wasm
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from masks.native import KERNEL
from splats.build import Kernel

WEB = Path(__file__).parents[3] / "web" / "src" / "clicks"
_FLAGS = (
    *("-target", "wasm32-freestanding", "-std=gnu11", "-O3"),
    "-mcpu=baseline+bulk_memory+simd128+nontrapping_fptoint",
    *("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-sanitize=all", "-nostdlib"),
    *("-Wl,--no-entry", "-Wl,--strip-all", "-Wl,-z,stack-size=65536", "-Wl,--export=__heap_base"),
)


@dataclass(frozen=True)
class BrowserKernel:
    """A kernel as browsers load it: what it exports, and where the build lies, with its digests beside it."""

    kernel: Kernel
    functions: tuple[str, ...]
    built: Path

    @property
    def digests(self) -> Path:
        return self.built.with_suffix(".wasm.json")

    @property
    def flags(self) -> tuple[str, ...]:
        return (*_FLAGS, *(f"-Wl,--export={name}" for name in self.functions))

    def sources_digest(self) -> str:
        """Of all that the build is made from."""
        files = sorted(self.kernel.sources.glob("*.[ch]"))
        text = "\n".join([*self.flags, *(file.read_text(encoding="utf-8") for file in files)])
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def build(self, path: Path) -> None:
        """Compiles to `path`. Raises CalledProcessError with what the compiler said."""
        sources = [str(source) for source in sorted(self.kernel.sources.glob("*.c"))]
        compiler = [sys.executable, "-m", "ziglang", "cc"]
        subprocess.run([*compiler, *self.flags, *sources, "-o", str(path)], check=True)

    def renew(self) -> None:
        """Builds, and notes what of."""
        self.build(self.built)
        made = hashlib.sha256(self.built.read_bytes()).hexdigest()
        digests = {"sources": self.sources_digest(), "wasm": made}
        self.digests.write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")
        print(f"{self.built.stat().st_size} bytes, sources {digests['sources'][:12]}")  # noqa: T201 (a command's answer)


MASKS = BrowserKernel(
    KERNEL,
    ("masks_bytes", "masks_open", "masks_width", "masks_height", "masks_segment"),
    WEB / "masks.wasm",
)

if __name__ == "__main__":
    MASKS.renew()
