"""Spoolman, a server that keeps track of spools: its API. Knows nothing of Home Assistant."""
