"""The cameras of a capture as pinholes, without reading a photo."""

from pathlib import Path

from splats.cameras import View
from views.reading import Part, part_of, solved_cameras
from views.undistort import Undistorter, fit


def pinhole_views(poses: Path, long_side_px: int, part: Part = "all") -> list[View]:
    """The views of `read_views`, in the order of their names; raises `StageError` where no cameras are."""
    cameras = solved_cameras(poses)
    pinholes = {name: fit(Undistorter(lens).pinhole, long_side_px) for name, lens in cameras.lenses.items()}
    return [
        View(placed.image, pinholes[placed.lens], placed.world_from_camera)
        for placed in part_of(cameras.images, part)
    ]
