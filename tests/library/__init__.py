"""Tests of this room: sliced files in the media folders."""
