import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
import torch

from splats import build, native
from splats.errors import NoKernel
from splats.rasterize import rasterize
from splats.threads import available_cores, set_thread_count, thread_count
from tests.splats.scenes import random_scene

HERE = build.instruction_set()
needs_compiler = pytest.mark.skipif(build.find_compiler() is None, reason="needs a C compiler")
needs_zig = pytest.mark.skipif(importlib.util.find_spec("ziglang") is None, reason="needs ziglang")
ZIG = [sys.executable, "-m", "ziglang", "cc"]
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1")


@pytest.fixture
def quick_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = tuple(flag.replace("-O3", "-O0") for flag in build.SPLATS.flags)
    monkeypatch.setattr(build, "SPLATS", replace(build.SPLATS, flags=quick))


@needs_compiler
@pytest.mark.usefixtures("quick_builds")
def test_a_library_is_built_once(tmp_path: Path) -> None:
    made = build.library(HERE, (tmp_path,))
    when = made.stat().st_mtime_ns
    assert build.library(HERE, (tmp_path,)) == made
    assert made.stat().st_mtime_ns == when
    assert [path.name for path in tmp_path.iterdir()] == [made.name]


@needs_compiler
@pytest.mark.usefixtures("quick_builds")
def test_another_folder_is_taken_where_the_first_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    made = build.library(HERE, (tmp_path / "file", tmp_path / "cache"))
    assert made.parent == tmp_path / "cache"


@needs_compiler
@pytest.mark.usefixtures("quick_builds")
def test_a_library_built_before_serves_where_no_compiler_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build.library(HERE, (tmp_path,))
    monkeypatch.setattr(build, "find_compiler", lambda: None)
    assert build.library(HERE, (tmp_path,)) == made


def test_without_a_compiler_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "find_compiler", lambda: None)
    with pytest.raises(NoKernel, match="no C compiler") as refusal:
        build.library(HERE, (tmp_path,))
    assert "ziglang" in refusal.value.advice


def test_what_the_compiler_said_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(NoKernel, match="could not build"):
        build.build([sys.executable, "-c", "raise SystemExit('no such flag')"], HERE, tmp_path / "x.so")
    assert list(tmp_path.iterdir()) == []


def library_in(folder: str) -> str:
    return str(build.library(HERE, (Path(folder),)))


@pytest.mark.slow
@needs_compiler
def test_several_processes_may_build_at_once(tmp_path: Path) -> None:
    with get_context("spawn").Pool(3) as pool:
        made = pool.map(library_in, [str(tmp_path)] * 3)
    assert len(set(made)) == 1
    native.load(Path(made[0]))


@pytest.mark.slow
@needs_compiler
@pytest.mark.parametrize("instructions", build.INSTRUCTION_SETS[build.machine()])
def test_sources_are_without_warnings(instructions: str, tmp_path: Path) -> None:
    compiler = build.find_compiler()
    assert compiler is not None
    warnings = ["-Wall", "-Wextra", "-Wpointer-arith", "-Wstrict-prototypes", "-Wvla", "-Werror"]
    build.build([*compiler, *warnings], instructions, tmp_path / "strict.so")


@pytest.mark.slow
@needs_compiler
def test_every_instruction_set_that_runs_here_draws_the_same(tmp_path: Path) -> None:
    sets = build.INSTRUCTION_SETS[build.machine()]
    scene = random_scene(3, splats=500, width=150, height=110)
    pictures = []
    for instructions in sets[: sets.index(HERE) + 1]:
        library = native.load(build.library(instructions, (tmp_path,)))
        pictures.append(draw(scene, library))
    for image, gradient in pictures[1:]:
        # a pixel at the very edge of a splat may fall to either side
        assert ((image - pictures[0][0]).abs() > 1e-4).double().mean() < 1e-3
        assert (gradient - pictures[0][1]).norm() < 1e-2 * pictures[0][1].norm()


def draw(scene: object, library: object) -> tuple[torch.Tensor, torch.Tensor]:
    """With a library other than the best."""
    patch = pytest.MonkeyPatch()
    with patch.context() as patched:
        patched.setattr(native, "kernel", lambda: library)
        patched.setattr(native.Workspace, "_idle", [])
        means = scene.means.clone().requires_grad_()  # type: ignore[attr-defined]
        images, _, _ = rasterize(
            *(means, scene.quats, scene.scales, scene.opacities, scene.colors),  # type: ignore[attr-defined]
            *(scene.viewmats, scene.intrinsics, scene.width, scene.height),  # type: ignore[attr-defined]
            sh_degree=3,
        )
        images.square().sum().backward()
        return images.detach(), means.grad


@pytest.mark.slow
@needs_zig
def test_where_no_compiler_is_zig_builds_what_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build.find_compiler() == ZIG
    by_zig = native.load(build.library(HERE, (tmp_path,)))
    monkeypatch.undo()
    scene = random_scene(3, splats=500, width=150, height=110)
    image, gradient = draw(scene, by_zig)
    expected_image, expected_gradient = draw(scene, native.kernel())
    assert ((image - expected_image).abs() > 1e-4).double().mean() < 1e-3
    assert (gradient - expected_gradient).norm() < 1e-2 * expected_gradient.norm()


def told(command: list[str]) -> dict[str, torch.Tensor]:
    """What portable.c says of each array: its length, and its product with a fixed vector."""
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {
        name: torch.tensor([float(v) for v in values]) for name, *values in map(str.split, said.splitlines())
    }


@pytest.mark.slow
@needs_zig
@needs_compiler
@pytest.mark.skipif(shutil.which("qemu-aarch64") is None, reason="needs qemu-user")
def test_arm64_draws_and_pulls_the_same(tmp_path: Path) -> None:
    program = [
        str(Path(__file__).with_name("portable.c")),
        *map(str, sorted(build.SPLATS.sources.glob("*.c"))),
    ]
    flags = [flag for flag in build.SPLATS.flags if flag not in ("-shared", "-fPIC")] + [
        f"-I{build.SPLATS.sources}"
    ]
    here, there = tmp_path / "here", tmp_path / "there"
    compiler = build.find_compiler() or []
    subprocess.run([*compiler, *flags, *program, "-o", str(here), "-lm"], check=True)
    arm = ["-target", "aarch64-linux-musl", "-static", "-mcpu=baseline"]
    subprocess.run([*ZIG, *arm, *flags, *program, "-o", str(there), "-lm"], check=True)
    expected, found = told([str(here)]), told(["qemu-aarch64", str(there)])
    assert len(expected) > 10
    for name, values in expected.items():
        assert torch.allclose(found[name], values, rtol=1e-4, atol=1e-4 * float(values[0])), name


@pytest.mark.slow
@needs_zig
def test_an_arm64_library_can_be_built_from_here(tmp_path: Path) -> None:
    made = build.build([*ZIG, "-target", "aarch64-linux-gnu"], "armv8-a", tmp_path / "arm.so")
    machine = int.from_bytes(made.read_bytes()[18:20], "little")
    assert machine == 183  # EM_AARCH64 of the ELF header


def sanitizer_libraries(compiler: list[str]) -> list[str]:
    """The runtimes that have to be loaded before Python is."""
    found = []
    for name in ("libasan.so", "libubsan.so"):
        asked = [*compiler, f"-print-file-name={name}"]
        path = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        if Path(path).is_absolute():
            found.append(str(Path(path).resolve()))
    return found


@pytest.mark.slow
def test_no_memory_is_misused_and_nothing_is_undefined(tmp_path: Path) -> None:
    compiler = shutil.which("gcc")
    runtimes = sanitizer_libraries([compiler]) if compiler else []
    if compiler is None or len(runtimes) < 2:
        pytest.skip("needs gcc with the address and undefined-behaviour sanitizers")
    made = tmp_path / "sanitized.so"
    build.build([compiler, *SANITIZERS], HERE, made)
    environment = os.environ | {
        "LD_PRELOAD": " ".join(runtimes),
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    result = subprocess.run(
        [sys.executable, "-m", "tests.splats.exercise", str(made)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-4000:]
    assert "drawn" in result.stdout


def test_a_forked_process_gets_threads_of_its_own() -> None:
    """Only our own: torch's do not survive a fork, so the child keeps to one of those."""
    script = """
import os, torch
from splats.rasterize import rasterize
from splats.threads import set_thread_count
from tests.splats.scenes import random_scene

torch.set_num_threads(1)
set_thread_count(3)
scene = random_scene(5, splats=200, cameras=2)
def drawn():
    return rasterize(scene.means, scene.quats, scene.scales, scene.opacities, scene.colors, scene.viewmats,
                     scene.intrinsics, scene.width, scene.height, sh_degree=3)[0]
here = drawn()
child = os.fork()
if child == 0:
    os._exit(0 if torch.equal(drawn(), here) else 1)
assert os.waitpid(child, 0)[1] == 0
assert torch.equal(drawn(), here)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script]
    subprocess.run(command, env=environment, check=True, timeout=60)


def test_threads_are_those_of_the_affinity_unless_chosen() -> None:
    assert thread_count() == available_cores()
    set_thread_count(7)
    assert thread_count() == 7
    set_thread_count(None)
    with pytest.raises(ValueError, match="nothing"):
        set_thread_count(0)
