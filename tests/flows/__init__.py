"""Tests of this room: forms: an address, the options, a spool."""
