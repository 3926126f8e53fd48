"""Sliced 3MF files: what is in them, and whether a plate clears itself. Knows only bytes."""
