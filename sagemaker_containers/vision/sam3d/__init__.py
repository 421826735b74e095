"""SAM 3D Objects, whose weights and package are the owner's (docs/decisions/0023)."""
