"""A furnished flat that exists only as code, and a walk through it: the example that everyone sees first."""

from pathlib import Path

VIDEO = Path(__file__).with_name("furnished_flat.mp4")
TRUTH = Path(__file__).with_name("cameras.json")
"""Where the cameras of `VIDEO` were. For checking only: nothing reads it on the way."""
