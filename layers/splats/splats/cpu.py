"""The CPU rasteriser as two differentiable steps: splats to ellipses, and ellipses to pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from splats import native
from splats.threads import thread_count


@dataclass(frozen=True)
class Projection:
    """What projection needs to know besides the tensors."""

    width: int
    height: int
    near_plane: float
    far_plane: float
    radius_clip: float
    eps2d: float
    antialiased: bool
    sh_degree: int | None

    def cameras(self, viewmats: Tensor, intrinsics: Tensor) -> Any:
        """As an array of the kernel's structs, which borrow the tensors' memory."""
        made = [
            native.Camera(
                *(viewmats[c].data_ptr(), intrinsics[c].data_ptr(), self.width, self.height, self.near_plane),
                *(self.far_plane, self.radius_clip, self.eps2d, self.antialiased),
            )
            for c in range(len(viewmats))
        ]
        return (native.Camera * len(made))(*made)

    def splats(self, arrays: Sequence[Tensor | None]) -> native.Splats:
        """Means, quats, scales, opacities and sh as the kernel's struct, which borrows their memory."""
        means, sh = arrays[0], arrays[-1]
        assert means is not None
        count, degree = (0, -1) if sh is None else (sh.shape[1], self.sh_degree)
        return native.Splats(len(means), *map(native.pointer, arrays), count, degree)


class Project(torch.autograd.Function):
    """Splats and cameras to means2d, conics, depths, opacities, colors and radii (C, N, ...)."""

    @staticmethod
    def forward(
        ctx: Any,
        projection: Projection,
        means: Tensor,
        quats: Tensor,
        scales: Tensor,
        opacities: Tensor,
        sh: Tensor | None,
        viewmats: Tensor,
        intrinsics: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        given = [None if t is None else native.floats(t) for t in (means, quats, scales, opacities, sh)]
        cameras = [native.floats(viewmats), native.floats(intrinsics)]
        c, n = len(viewmats), len(means)
        found = (
            torch.empty(c, n, 2),
            torch.empty(c, n, 3),
            torch.empty(c, n),
            torch.empty(c, n),
            torch.empty(c, n if sh is not None else 0, 3),
            torch.empty(c, n, 2, dtype=torch.int32),
        )
        splats, camera_structs = projection.splats(given), projection.cameras(*cameras)
        for i in range(c):
            native.kernel().project_forward(
                splats, camera_structs[i], native.ellipses(i, found), thread_count()
            )
        ctx.projection = projection
        ctx.save_for_backward(*given, *cameras, found[4], found[5])
        ctx.mark_non_differentiable(found[5])
        ctx.set_materialize_grads(False)
        return found

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *by_found: Tensor | None) -> tuple[Tensor | None, ...]:
        if ctx.needs_input_grad[7]:
            raise NotImplementedError("there are no gradients by intrinsics")
        *given, viewmats, intrinsics, colors, radii = ctx.saved_tensors
        c = len(viewmats)
        by_given = [None if t is None else torch.empty_like(t) for t in given]
        by_arrays = [None if g is None else native.floats(g) for g in by_found[:5]]
        by_viewmats = torch.empty_like(viewmats) if ctx.needs_input_grad[6] else None
        seen = [native.ellipses(i, (None, None, None, None, colors, radii)) for i in range(c)]
        by_seen = [native.ellipses(i, (*by_arrays, None)) for i in range(c)]
        status = native.kernel().project_backward(
            ctx.projection.splats(given),
            c,
            ctx.projection.cameras(viewmats, intrinsics),
            (native.Ellipses * c)(*seen),
            (native.Ellipses * c)(*by_seen),
            native.SplatGradients(*map(native.pointer, (*by_given, by_viewmats))),
            thread_count(),
        )
        native.check_memory(status)
        return (None, *by_given, by_viewmats, None)


class Draw(torch.autograd.Function):
    """Ellipses (C, N, ...) with colors (C, N, D) to images (C, H, W, D) and alphas (C, H, W, 1)."""

    @staticmethod
    def forward(
        ctx: Any,
        size: tuple[int, int],
        absgrad: bool,
        means2d: Tensor,
        conics: Tensor,
        opacities: Tensor,
        colors: Tensor,
        backgrounds: Tensor | None,
        depths: Tensor,
        radii: Tensor,
    ) -> tuple[Tensor, Tensor]:
        (c, n, channels), (width, height) = colors.shape, size
        arrays = (*map(native.floats, (means2d, conics, depths, opacities, colors)), radii)
        behind = None if backgrounds is None else native.floats(backgrounds)
        images, alphas = torch.empty(c, height, width, channels), torch.empty(c, height, width, 1)
        ctx.workspaces = [native.Workspace() for _ in range(c)]
        for i, workspace in enumerate(ctx.workspaces):
            status = native.kernel().picture_draw(
                *(workspace.handle, n, native.ellipses(i, arrays), channels),
                *(None if behind is None else behind[i].data_ptr(), width, height),
                *(images[i].data_ptr(), alphas[i].data_ptr(), thread_count()),
            )
            native.check_memory(status)
        ctx.absgrad = absgrad
        ctx.has_background = behind is not None
        ctx.save_for_backward(means2d, images)
        ctx.set_materialize_grads(False)
        return images, alphas

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, by_images: Tensor | None, by_alphas: Tensor | None) -> tuple[Tensor | None, ...]:
        means2d, images = ctx.saved_tensors
        (c, n), channels = means2d.shape[:2], images.shape[-1]
        by_images = torch.zeros_like(images) if by_images is None else native.floats(by_images)
        by_alphas = None if by_alphas is None else native.floats(by_alphas)
        by = (torch.empty(c, n, 2), torch.empty(c, n, 3), torch.empty(c, n), torch.empty(c, n, channels))
        by_means2d, by_conics, by_opacities, by_colors = by
        by_backgrounds = torch.empty(c, channels) if ctx.has_background else None
        absolute = torch.empty(c, n, 2) if ctx.absgrad else None
        for i, workspace in enumerate(ctx.workspaces):
            out = native.PictureGradients(
                native.ellipses(i, (by_means2d, by_conics, None, by_opacities, by_colors, None)),
                None if absolute is None else absolute[i].data_ptr(),
                None if by_backgrounds is None else by_backgrounds[i].data_ptr(),
            )
            status = native.kernel().picture_pull(
                *(workspace.handle, images[i].data_ptr(), by_images[i].data_ptr()),
                *(None if by_alphas is None else by_alphas[i].data_ptr(), out, thread_count()),
            )
            native.check_memory(status)
        if absolute is not None:
            means2d.absgrad = absolute
        return (None, None, by_means2d, by_conics, by_opacities, by_colors, by_backgrounds, None, None)
