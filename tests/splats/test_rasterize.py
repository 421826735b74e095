import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import Tensor

from splats.rasterize import best_device, rasterize
from splats.threads import set_thread_count
from tests.splats import reference
from tests.splats.scenes import Drawn, joined, random_scene

Result = tuple[Tensor, Tensor, dict[str, Any], dict[str, Tensor]]
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
OPTIONS = {"near_plane": 0.01, "far_plane": 1e10, "radius_clip": 0.0, "eps2d": 0.3}


@pytest.fixture(autouse=True)
def all_threads() -> Iterator[None]:
    yield
    set_thread_count(None)


def ours(
    scene: Drawn, sh_degree: int | None = 3, render_mode: str = "RGB", mode: str = "classic", **more: Any
) -> Result:
    leaves = scene.leaves(torch.float32)
    backgrounds = leaves.pop("backgrounds")
    images, alphas, meta = rasterize(
        *leaves.values(), scene.intrinsics, scene.width, scene.height,
        sh_degree=sh_degree, backgrounds=backgrounds, render_mode=render_mode, rasterize_mode=mode, **more,
    )  # fmt: skip
    return images, alphas, meta, leaves | {"backgrounds": backgrounds}


def slow(
    scene: Drawn, sh_degree: int | None = 3, render_mode: str = "RGB", mode: str = "classic", **more: Any
) -> Result:
    leaves = scene.leaves(torch.float64)
    backgrounds = leaves.pop("backgrounds")
    images, alphas, meta = reference.rasterize(
        *leaves.values(), scene.intrinsics.double(), scene.width, scene.height,
        sh_degree=sh_degree, backgrounds=backgrounds, render_mode=render_mode,
        antialiased=mode == "antialiased", **(OPTIONS | more),
    )  # fmt: skip
    return images, alphas, meta, leaves | {"backgrounds": backgrounds}


def loss(images: Tensor, alphas: Tensor) -> Tensor:
    """Some function of every pixel, the same for both."""
    rng = torch.Generator().manual_seed(1)
    weights = torch.randn(images.shape, generator=rng, dtype=torch.float32).to(images.dtype)
    return (images * weights).sum() + (alphas * weights[..., :1]).sum()


def relative(found: Tensor, expected: Tensor) -> float:
    """Length of the difference over length of what is expected, or over 1e-6 for nothing."""
    return float((found.double() - expected).detach().norm() / expected.detach().norm().clamp(min=1e-6))


def assert_same(scene: Drawn, tolerance: float = 1e-4, **options: Any) -> None:
    """Images and all gradients agree with the reference."""
    images, alphas, _, leaves = ours(scene, **options)
    expected_images, expected_alphas, _, expected = slow(scene, **options)
    # a pixel at the edge of a splat, where alpha is 1/255, may fall to either side
    assert ((images - expected_images).abs() > 2e-4).double().mean() < 2e-3
    assert relative(images, expected_images) < 1e-3
    assert ((alphas - expected_alphas).abs() > 2e-4).double().mean() < 2e-3
    loss(images, alphas).backward()
    loss(expected_images, expected_alphas).backward()
    for name, leaf in leaves.items():
        found, wanted = (torch.zeros_like(t) if t.grad is None else t.grad for t in (leaf, expected[name]))
        assert torch.isfinite(found).all(), name
        assert relative(found, wanted) < tolerance, name


@FEW
@given(
    seed=st.integers(0, 10**6),
    sh_degree=st.sampled_from([None, 0, 1, 2, 3]),
    mode=st.sampled_from(["classic", "antialiased"]),
)
def test_any_scene_and_its_gradients_are_as_the_definition_says(
    seed: int, sh_degree: int | None, mode: str
) -> None:
    # the bound leaves room for a pixel at the very edge of a splat, alpha 1/255, that falls to the other side
    assert_same(random_scene(seed, splats=40, sh_degree=sh_degree), 2e-2, sh_degree=sh_degree, mode=mode)


@pytest.mark.parametrize("mode", ["classic", "antialiased"])
@pytest.mark.parametrize("sh_degree", [None, 0, 1, 2, 3])
def test_gradients_agree_to_single_precision(sh_degree: int | None, mode: str) -> None:
    assert_same(random_scene(5, sh_degree=sh_degree), 3e-4, sh_degree=sh_degree, mode=mode)


@pytest.mark.parametrize("render_mode", ["D", "ED", "RGB+D", "RGB+ED"])
def test_depths_are_drawn_and_have_gradients(render_mode: str) -> None:
    assert_same(random_scene(11), 3e-4, render_mode=render_mode)


def test_several_cameras_draw_the_same_splats() -> None:
    scene = random_scene(2, cameras=3)
    images, alphas, meta, _ = ours(scene)
    assert images.shape == (3, 33, 41, 3)
    assert alphas.shape == (3, 33, 41, 1)
    assert meta["means2d"].shape == (3, 60, 2)
    assert meta["radii"].shape == (3, 60, 2)
    assert_same(scene, 3e-4)


@pytest.mark.parametrize("mode", ["classic", "antialiased"])
def test_to_shift_a_camera_is_to_shift_the_world(mode: str) -> None:
    """A law of gradients by viewmats that needs no reference."""
    scene = random_scene(13, cameras=2)
    images, alphas, _, leaves = ours(scene, mode=mode)
    loss(images, alphas).backward()
    turns, by_viewmats = scene.viewmats[:, :3, :3], leaves["viewmats"].grad
    by_world = torch.einsum("cij,ci->j", turns, by_viewmats[:, :3, 3])
    assert relative(by_world, leaves["means"].grad.sum(0).double()) < 1e-4
    assert not by_viewmats[:, 3].any()


def test_colors_may_differ_by_camera() -> None:
    scene = random_scene(3, cameras=2, sh_degree=None)
    by_camera = dataclasses.replace(scene, colors=torch.stack([scene.colors, 1 - scene.colors]))
    assert_same(by_camera, 3e-4, sh_degree=None)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 40), (17, 1), (16, 16), (31, 47), (100, 3)])
def test_any_size_of_picture(width: int, height: int) -> None:
    assert_same(random_scene(7, width=width, height=height), 1e-3)


def test_nothing_at_all_is_the_background() -> None:
    scene = random_scene(1, splats=0)
    images, alphas, meta, leaves = ours(scene)
    assert torch.equal(images, scene.backgrounds[:, None, None].expand_as(images))
    assert not alphas.any()
    assert meta["radii"].shape == (1, 0, 2)
    images.sum().backward()
    assert torch.equal(leaves["backgrounds"].grad, torch.full((1, 3), 33.0 * 41))
    assert leaves["means"].grad.shape == (0, 3)


def test_without_a_background_it_is_black() -> None:
    scene = random_scene(1, splats=1)
    images, alphas, _ = rasterize(
        *(scene.means, scene.quats, scene.scales, scene.opacities, scene.colors, scene.viewmats),
        *(scene.intrinsics, scene.width, scene.height),
        sh_degree=0,
    )
    assert not images[alphas.expand_as(images) == 0].any()


def degenerate(kind: str, seed: int = 19) -> Drawn:
    """One splat of some unlucky kind, twice."""
    scene = random_scene(seed, splats=2)
    changed = {
        "a point": {"scales": torch.zeros(2, 3)},
        "flat": {"scales": torch.tensor([[0.3, 0.2, 0.0], [0.0, 0.0, 0.4]])},
        "tiny": {"scales": torch.full((2, 3), 1e-8)},
        "huge": {"scales": torch.full((2, 3), 100.0)},
        "a needle": {"scales": torch.tensor([[5.0, 1e-4, 1e-4], [1e-5, 1e-5, 20.0]])},
        "behind the camera": {"means": torch.tensor([[0.1, 0.2, -3.0], [0.0, 0.0, -0.01]])},
        "at the camera": {
            "means": -scene.viewmats[0, :3, :3].T @ scene.viewmats[0, :3, 3] + torch.zeros(2, 3)
        },
        "off the picture": {"means": torch.tensor([[50.0, 0.0, 4.0], [0.0, -70.0, 3.0]])},
        "hardly there": {"opacities": torch.tensor([1e-3, 0.0])},
        "barely visible": {"opacities": torch.tensor([1 / 255, 1.001 / 255])},
        "opaque": {"opacities": torch.tensor([1.0, 1.0])},
        "in one place": {"means": scene.means[:1].expand(2, 3).clone()},
        "far away": {"means": torch.tensor([[0.0, 0.0, 1e9], [0.0, 0.0, 1e11]])},
    }
    return dataclasses.replace(scene, **changed[kind])


KINDS = [
    "a point", "flat", "tiny", "huge", "a needle", "behind the camera", "at the camera", "off the picture",
    "hardly there", "barely visible", "opaque", "far away", "in one place",
]  # fmt: skip


@pytest.mark.parametrize("mode", ["classic", "antialiased"])
@pytest.mark.parametrize("kind", KINDS)
def test_degenerate_splats_are_drawn_as_defined_or_not_at_all(kind: str, mode: str) -> None:
    assert_same(joined(random_scene(23, splats=20), degenerate(kind)), 1e-2, mode=mode)


@FEW
@given(
    seed=st.integers(0, 10**6),
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3),
    mode=st.sampled_from(["classic", "antialiased"]),
    render_mode=st.sampled_from(["RGB", "D", "ED", "RGB+D", "RGB+ED"]),
    cameras=st.integers(1, 3),
)
def test_any_mixture_in_any_mode_from_several_cameras(
    seed: int, kinds: list[str], mode: str, render_mode: str, cameras: int
) -> None:
    assume(render_mode == "RGB" or "far away" not in kinds)  # a depth of 10^9 leaves no digits for the others
    scene = random_scene(seed, splats=20, cameras=cameras, sh_degree=3)
    for kind in kinds:
        scene = joined(scene, degenerate(kind, seed + 1))
    assert_same(scene, 2e-2, mode=mode, render_mode=render_mode)


@pytest.mark.parametrize("mode", ["classic", "antialiased"])
def test_of_splats_at_the_same_depth_the_first_is_in_front(mode: str) -> None:
    scene = random_scene(29)
    scene.viewmats = torch.eye(4)[None]
    scene.means[:, 2] = 4
    assert_same(scene, 3e-4, mode=mode)


@FEW
@given(seed=st.integers(0, 10**6), depth=st.floats(0.0099, 0.011))
def test_splats_at_the_near_plane_stay_finite(seed: int, depth: float) -> None:
    scene = random_scene(seed, splats=8)
    scene.viewmats = torch.eye(4)[None]
    scene.means[:4, 2] = depth
    images, alphas, _, leaves = ours(scene)
    loss(images, alphas).backward()
    assert torch.isfinite(images).all()
    assert all(torch.isfinite(leaf.grad).all() for leaf in leaves.values())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("where", ["means", "quats", "scales", "opacities"])
def test_a_splat_that_is_no_number_is_not_drawn_and_moves_nothing(where: str, value: float) -> None:
    good, bad = random_scene(31, splats=30), random_scene(37, splats=3)
    getattr(bad, where).view(3, -1)[:, 0] = value
    images, alphas, meta, leaves = ours(joined(good, bad))
    expected_images, expected_alphas, _, expected = ours(good)
    assert torch.equal(images, expected_images)
    assert not meta["radii"][:, 30:].any()
    loss(images, alphas).backward()
    loss(expected_images, expected_alphas).backward()
    for name in ("means", "quats", "scales", "opacities", "colors"):
        assert torch.equal(leaves[name].grad[:30], expected[name].grad), name
        assert not leaves[name].grad[30:].any(), name
    assert torch.equal(leaves["viewmats"].grad, expected["viewmats"].grad)


def test_quaternions_of_any_length_but_zero_turn() -> None:
    scene = random_scene(41, splats=10)
    longer = dataclasses.replace(scene, quats=scene.quats * 7.5)
    assert torch.allclose(ours(scene)[0], ours(longer)[0], atol=1e-4)
    zero = dataclasses.replace(scene, quats=torch.zeros(10, 4))
    assert not ours(zero)[2]["radii"].any()


def test_planes_and_small_radii_leave_splats_out() -> None:
    scene = random_scene(43)
    depths = ours(scene)[2]["depths"].detach()
    ordered = depths[depths > 0].sort().values
    near, far = float(ordered[9:11].mean()), float(ordered[-11:-9].mean())
    seen = ours(scene, near_plane=near, far_plane=far)[2]
    assert seen["depths"][seen["radii"][..., 0] > 0].min() >= near
    assert seen["depths"].max() <= far
    assert_same(scene, 1e-3, near_plane=near, far_plane=far, radius_clip=3.0)


def everything(scene: Drawn, threads: int) -> list[Tensor]:
    """All that comes out of a drawing and its gradients."""
    set_thread_count(threads)
    images, alphas, meta, leaves = ours(scene, render_mode="RGB+ED", absgrad=True)
    meta["means2d"].retain_grad()
    loss(images, alphas).backward()
    found = [images, alphas, meta["means2d"].grad, meta["means2d"].absgrad, meta["radii"]]
    return found + [leaf.grad for leaf in leaves.values()]


@FEW
@given(seed=st.integers(0, 10**6))
def test_the_number_of_threads_changes_no_bit(seed: int) -> None:
    scene = random_scene(seed, splats=3000, width=90, height=70, cameras=2)
    alone = everything(scene, 1)
    for threads in (2, 3):
        for one, other in zip(alone, everything(scene, threads), strict=True):
            assert torch.equal(one, other)


def test_gradients_of_centres_in_the_picture_serve_densification() -> None:
    scene = random_scene(47, splats=25)
    images, alphas, meta, _ = ours(scene, absgrad=True)
    meta["means2d"].retain_grad()
    loss(images, alphas).backward()
    expected_images, expected_alphas, expected_meta, _ = slow(scene)
    (centres,) = expected_meta["centres"]
    centres.retain_grad()
    loss(expected_images, expected_alphas).backward()
    assert relative(meta["means2d"].grad[0], centres.grad) < 1e-4


@pytest.mark.parametrize("render_mode", ["RGB", "D", "RGB+D"])
def test_absgrad_sums_what_each_pixel_asks_for(render_mode: str) -> None:
    scene = random_scene(47, splats=25, width=11, height=9, cameras=2)
    images, alphas, meta, _ = ours(scene, render_mode=render_mode, absgrad=True)
    meta["means2d"].retain_grad()
    loss(images, alphas).backward()
    expected_images, expected_alphas, expected_meta, _ = slow(scene, render_mode=render_mode)
    rng = torch.Generator().manual_seed(1)  # that of `loss`
    weights = torch.randn(images.shape, generator=rng).double()
    by_pixel = (expected_images * weights).sum(-1) + (expected_alphas * weights[..., :1]).sum(-1)
    for camera, centres in enumerate(expected_meta["centres"]):
        expected = torch.zeros_like(centres)
        for pixel in by_pixel[camera].flatten():
            expected += torch.autograd.grad(pixel, centres, retain_graph=True)[0].abs()
        assert relative(meta["means2d"].absgrad[camera], expected) < 1e-4


def test_backward_can_be_asked_twice() -> None:
    scene = random_scene(53)
    images, alphas, _, leaves = ours(scene)
    loss(images, alphas).backward(retain_graph=True)
    once = leaves["means"].grad.clone()
    loss(images, alphas).backward()
    assert torch.equal(leaves["means"].grad, 2 * once)


def test_pictures_drawn_meanwhile_do_not_disturb_gradients() -> None:
    first, second = random_scene(59), random_scene(61)
    images, alphas, _, leaves = ours(first)
    ours(second)
    loss(images, alphas).backward()
    again = ours(first)
    loss(again[0], again[1]).backward()
    assert torch.equal(leaves["means"].grad, again[3]["means"].grad)


def test_a_needle_keeps_its_length() -> None:
    """In single precision the determinant of a thin ellipse is lost if it is taken by subtraction."""
    scene = random_scene(67, splats=1, width=400, height=300)
    scene.viewmats = torch.eye(4)[None]
    scene.means[:] = torch.tensor([0.0, 0.0, 2.0])
    scene.quats[:] = torch.tensor([1.0, 0.2, 0.3, 0.4])
    scene.scales[:] = torch.tensor([3.0, 1e-4, 1e-4])
    scene.opacities[:] = 0.9
    _, alphas, meta, _ = ours(scene)
    _, expected_alphas, expected_meta, _ = slow(scene)
    assert torch.equal(meta["radii"], expected_meta["radii"])
    assert relative(alphas, expected_alphas) < 5e-3


Change = Callable[[Drawn], dict[str, Tensor]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: {"means": s.means[:, :2]}, "means has shape"),
        (lambda s: {"quats": s.quats[1:]}, "quats has shape"),
        (lambda s: {"colors": s.colors[:, :9]}, "colors has shape"),
        (lambda s: {"backgrounds": torch.zeros(1, 4)}, "backgrounds has shape"),
        (
            lambda s: {
                "viewmats": s.viewmats[:0],
                "intrinsics": s.intrinsics[:0],
                "backgrounds": s.backgrounds[:0],
            },
            "camera",
        ),
    ],
)
def test_wrong_shapes_are_refused(change: Change, said: str) -> None:
    scene = random_scene(71)
    with pytest.raises(ValueError, match=said):
        ours(dataclasses.replace(scene, **change(scene)))


def test_doubles_are_refused() -> None:
    scene = random_scene(73)
    with pytest.raises(TypeError, match="float32"):
        ours(dataclasses.replace(scene, intrinsics=scene.intrinsics.double()))


def test_gradients_by_intrinsics_are_not_promised() -> None:
    scene = random_scene(79)
    scene.intrinsics.requires_grad_()
    images, _, _, _ = ours(scene)
    with pytest.raises(NotImplementedError, match="intrinsics"):
        images.sum().backward()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_without_a_gpu_the_cpu_is_best() -> None:
    assert best_device() == torch.device("cpu")


@pytest.mark.skipif(best_device().type != "cuda", reason="needs a CUDA GPU and gsplat")
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("mode", ["classic", "antialiased"])
@pytest.mark.parametrize("render_mode", ["RGB", "D", "ED", "RGB+D", "RGB+ED"])
def test_gsplat_draws_and_pulls_the_same(render_mode: str, mode: str, packed: bool) -> None:
    scene = random_scene(83, splats=200, width=120, height=90, cameras=2)
    options = {"render_mode": render_mode, "mode": mode, "absgrad": True}
    images, alphas, meta, leaves = ours(scene, **options)
    on_gpu = Drawn(*(v.cuda() if isinstance(v, Tensor) else v for v in vars(scene).values()))
    gpu_images, gpu_alphas, gpu_meta, gpu_leaves = ours(on_gpu, packed=packed, **options)
    assert relative(gpu_images.cpu(), images.double()) < 1e-3
    assert relative(gpu_alphas.cpu(), alphas.double()) < 1e-3
    loss(images, alphas).backward()
    loss(gpu_images.cpu(), gpu_alphas.cpu()).backward()
    by_viewmats = gpu_leaves["viewmats"].grad
    by_viewmats[:, 3] = 0  # gsplat takes a camera's place from the inverse of all four rows
    for name, leaf in leaves.items():
        if leaf.grad is not None:
            assert relative(gpu_leaves[name].grad.cpu(), leaf.grad.double()) < 1e-2, name
    if not packed:
        assert relative(gpu_meta["means2d"].absgrad.cpu(), meta["means2d"].absgrad.double()) < 1e-2
        assert (gpu_meta["radii"].cpu() - meta["radii"]).abs().max() <= 1
