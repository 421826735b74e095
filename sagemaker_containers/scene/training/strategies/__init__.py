"""Where splats are: strategies that move, add and remove them while they are trained."""
