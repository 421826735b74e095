"""Fitting splats to photos."""
