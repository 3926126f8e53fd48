"""Runs every benchmark of this folder: each is a module with a `main()`."""

from importlib import import_module
from pkgutil import iter_modules

from tests import benchmarks

for module in sorted(iter_modules(benchmarks.__path__), key=lambda module: module.name):
    if not module.name.startswith("_"):
        print(f"\n{module.name}")
        import_module(f"{benchmarks.__name__}.{module.name}").main()
