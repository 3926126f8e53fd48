"""Tests of this room: the line at work, below the coordinator."""
