"""The queue and its rules. Pure: no I/O, no clock, nothing of Home Assistant."""
