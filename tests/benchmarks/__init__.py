"""Figures. `python -m tests.benchmarks` prints all of them."""
