"""The public contract, walked from outside: a real Home Assistant, simulated printers."""
