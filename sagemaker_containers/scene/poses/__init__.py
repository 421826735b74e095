"""Finding where the camera was for each frame."""
