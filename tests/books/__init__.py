"""Tests of this room: what plates took: filament, energy, money."""
