"""Fuzzers: long forms by `python -m tests.fuzz.<name>`, short forms among the tests."""
