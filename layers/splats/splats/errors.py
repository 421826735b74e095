"""What can go wrong with splats on purpose, as part of Diorama's error tree."""

from diorama.errors import DioramaError


class UnreadableSplats(DioramaError):
    """A file that was said to hold splats, and doesn't, or not all of them."""

    code = "unreadable_splats"
    status = 422


class UnreadableCameras(DioramaError):
    """A cameras.json that is damaged or of another schema."""

    code = "unreadable_cameras"
    status = 422


class NoKernel(DioramaError):
    """The CPU rasteriser could not be built or loaded on this machine."""

    code = "no_kernel"
