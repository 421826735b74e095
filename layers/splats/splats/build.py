"""Builds CPU kernels: one shared library an instruction set, on first use or by `python -m splats.build`.

Needs a C compiler: the system's cc, gcc or clang, or `zig cc` from the PyPI package ziglang. A library is
named after its instruction set, its sources and its compiler, so that nothing stale is ever loaded; where no
compiler is left (in a container, say), one that was built from the same sources before will do.
"""

import hashlib
import importlib.util
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from splats.errors import NoKernel

SHARED = ("-std=gnu11", "-O3", "-fPIC", "-shared")


@dataclass(frozen=True)
class Kernel:
    """C sources in one folder that become one library."""

    name: str
    purpose: str  # ends the sentence "There is no C compiler to build ..."
    sources: Path
    flags: tuple[str, ...]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where libraries lie, in the order they are looked for: beside the sources, then the user's cache."""
        return self.sources.parent / "_built", Path.home() / ".cache" / f"diorama-{self.name}"


SPLATS = Kernel(
    "splats",
    "the splat rasteriser",
    Path(__file__).parent / "kernel",
    # nothing that would let results depend on the number of threads; instruction sets may differ in last bits
    (*SHARED, "-pthread", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math"),
)
# by torch's name of what the processor can do (cpuid)
X86_BY_CAPABILITY = {"AVX512": "x86-64-v4", "AVX2": "x86-64-v3"}
INSTRUCTION_SETS = {"x86_64": ("x86-64-v2", "x86-64-v3", "x86-64-v4"), "aarch64": ("armv8-a",)}
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def machine() -> str:
    """The processor's family: x86_64 or aarch64."""
    name = platform.machine().lower()
    return MACHINES.get(name, name)


def instruction_set() -> str:
    """The best instruction set of this processor that we build for."""
    if machine() == "x86_64":
        return X86_BY_CAPABILITY.get(torch.backends.cpu.get_cpu_capability(), "x86-64-v2")
    if machine() not in INSTRUCTION_SETS:
        raise NoKernel(
            f"Splats cannot be drawn on a {platform.machine()} processor.", "Use x86-64, arm64 or a GPU."
        )
    return INSTRUCTION_SETS[machine()][0]


def find_compiler() -> list[str] | None:
    """The command of a C compiler, or None."""
    for name in ("cc", "gcc", "clang"):
        path = shutil.which(name)
        if path:
            return [path]
    if importlib.util.find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc"]
    return None


def library(instructions: str, folders: tuple[Path, ...] | None = None, kernel: Kernel | None = None) -> Path:
    """The library for an instruction set, built if it isn't there. Raises NoKernel.

    `folders` are tried in order, the kernel's own where none are given; the kernel is the rasteriser's where none is.
    """
    kernel = kernel or SPLATS
    folders = folders or kernel.folders
    compiler = find_compiler()
    stem = f"{kernel.name}-{sysconfig.get_platform()}-{instructions}-{_digest(_text(kernel, instructions))}"
    pattern = f"{stem}-{_digest(_version(compiler))}.so" if compiler else f"{stem}-*.so"
    for folder in folders:
        for path in sorted(folder.glob(pattern)):
            return path
    if compiler is None:
        raise NoKernel(
            f"There is no C compiler to build {kernel.purpose} with.",
            "Install gcc or clang, or the Python package ziglang (pip install ziglang).",
        )
    return build(compiler, instructions, _writable(folders, kernel) / pattern, kernel=kernel)


def build(
    compiler: list[str],
    instructions: str,
    path: Path,
    sources: Sequence[Path] | None = None,
    kernel: Kernel | None = None,
) -> Path:
    """Compiles to `path`, which appears whole or not at all, whoever else does the same.

    `sources`: other files than the kernel's own; they may include its headers.
    """
    kernel = kernel or SPLATS
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".building-") as folder:
        made = Path(folder) / path.name
        command = [*compiler, *kernel.flags, *_target(compiler, instructions), f"-I{kernel.sources}"]
        command += [str(source) for source in sources or sorted(kernel.sources.glob("*.c"))]
        result = subprocess.run(
            [*command, "-o", str(made), "-lm"], capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise NoKernel(
                f"{compiler[0]} could not build {kernel.purpose}:\n{result.stderr.strip()[-2000:]}",
                "gcc 11 or clang 12 and newer can; so can the Python package ziglang.",
            )
        return made.replace(path)


def _target(compiler: list[str], instructions: str) -> list[str]:
    if "ziglang" in compiler:
        return [f"-mcpu={'baseline' if instructions == 'armv8-a' else instructions.replace('-', '_')}"]
    return [f"-march={instructions}"]


def _text(kernel: Kernel, instructions: str) -> str:
    files = sorted(kernel.sources.glob("*.[ch]"))
    return "\n".join([instructions, *kernel.flags, *(file.read_text(encoding="utf-8") for file in files)])


def _version(compiler: list[str]) -> str:
    return subprocess.run([*compiler, "--version"], capture_output=True, text=True, check=False).stdout


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def _writable(folders: tuple[Path, ...], kernel: Kernel) -> Path:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    raise NoKernel(
        f"There is no folder to build {kernel.purpose} in.",
        f"Make {folders[0]} or {folders[-1]} writable.",
    )


def main() -> None:
    """Builds for this processor, or with --all for every one of its family."""
    wanted = INSTRUCTION_SETS[machine()] if "--all" in sys.argv[1:] else (instruction_set(),)
    for instructions in wanted:
        print(library(instructions))  # noqa: T201 (a command's answer)


if __name__ == "__main__":
    main()
