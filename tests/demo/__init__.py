"""The demo: a real Home Assistant process and what is shown in it."""
