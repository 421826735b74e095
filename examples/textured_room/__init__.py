"""A furnished room that exists only as code, filmed by a camera whose every position is known.

    python -m examples.textured_room OUT.mp4

writes a video like one from a phone, and OUT.json with the truth about its cameras.
"""

from examples.textured_room.film import film_room

__all__ = ["film_room"]
