"""What plates took: filament, energy, money."""
