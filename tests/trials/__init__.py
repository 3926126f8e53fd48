"""Trials: the whole product on real sockets, against a simulated printer that keeps the truth.

python -m tests.trials.kills --count 200    kills of a whole Home Assistant process
python -m tests.trials.soak --plates 1000   random faults of every kind, in one process
python -m tests.trials.replay --count 100   stories of the exploration, with kills
"""
