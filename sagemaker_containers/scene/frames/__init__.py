"""Choosing still frames from a video or a set of photos."""
