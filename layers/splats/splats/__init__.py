"""Gaussian splats: the scene, its files, its cameras, and drawing it with gradients."""
