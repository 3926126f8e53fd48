"""Tests of the reader of sliced files."""
