"""Sliced files in the media folders."""
