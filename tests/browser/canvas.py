"""What is on the viewer's canvas, without what lies over it."""

from typing import Any

import cv2
import numpy as np

ONLY_THE_CANVAS = "#viewer > :not(canvas) { display: none !important; }"


def picture_of(page: Any, settled_ms: int) -> Any:
    """The picture (height, width, 3), blue first, once it has had so long to settle."""
    page.wait_for_timeout(settled_ms)
    png = page.screenshot(style=ONLY_THE_CANVAS)
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
