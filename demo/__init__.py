"""A demonstration: a real Home Assistant with a simulated printer."""
