"""Small faults put into the line's rules one at a time: does some test notice each of them?

`python -m tests.production.mutation --help`. A rule whose fault nobody notices is a rule that
is not tested.
"""
