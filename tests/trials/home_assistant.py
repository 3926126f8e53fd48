"""Home Assistant's own program with little in it, in a hurry, by the clock of the trial.

python tests/trials/home_assistant.py SPEED --config …
"""

from pathlib import Path
import sys

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])

    from homeassistant import bootstrap
    from homeassistant.__main__ import main

    from tests.trials.clock import shown
    from tests.trials.hurry import hurry

    # What our manifest asks for is set up all the same.
    bootstrap.DEFAULT_INTEGRATIONS.intersection_update({"frontend"})
    speed = float(sys.argv.pop(1))
    folder = Path(sys.argv[sys.argv.index("--config") + 1])
    with shown(folder), hurry(speed):
        sys.exit(main())
