"""Bambu Batch Manager tried out: a real Home Assistant with a simulated printer."""
