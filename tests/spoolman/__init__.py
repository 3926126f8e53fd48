"""Spoolman's API, tried with a small Spoolman on a real socket."""
