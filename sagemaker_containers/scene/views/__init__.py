"""Undistorted photos with their cameras, and judging pictures by them."""
