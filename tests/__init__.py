"""Tests of Bambu Batch Manager; the folders mirror the tree."""
