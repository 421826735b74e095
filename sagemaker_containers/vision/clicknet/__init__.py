"""A small network of our own that makes the masks of clicks better, and the program that trained it.

It has seen generated pictures only (scenes.py): nobody's photos, nobody's weights. What it needs to know of a photo's
colours and edges reaches it as evidence (kernel/evidence.c), which looks alike in generated pictures and in photos.
"""
