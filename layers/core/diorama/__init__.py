"""Diorama's shared core: what a stage is, how work runs, and the products' rules."""
