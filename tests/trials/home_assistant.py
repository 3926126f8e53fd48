"""Home Assistant's own program with little in it, and in a hurry: it is started very often.

python tests/trials/home_assistant.py SPEED --config …
"""

from pathlib import Path
import sys

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])

    from homeassistant import bootstrap
    from homeassistant.__main__ import main

    from tests.trials.hurry import hurry

    # What our manifest asks for is set up all the same.
    bootstrap.DEFAULT_INTEGRATIONS.intersection_update({"frontend"})
    with hurry(float(sys.argv.pop(1))):
        sys.exit(main())
