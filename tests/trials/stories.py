"""Stories for the replay: random walks through the exploration's world.

A story is what the search tries in the small: a person, the printer, the network and Home
Assistant, each doing something at any moment. The laws are checked
on the way, as in the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import random
from typing import Final

from tests.production.exploration import moves
from tests.production.exploration.laws import in_state
from tests.production.exploration.moves import Move
from tests.production.exploration.themes import begin
from tests.production.exploration.world import World

MOVES: Final[dict[str, tuple[int, Move]]] = {
    "sends_the_start": (8, moves.sends_the_start),
    "uploads": (6, moves.uploads),
    "deletes": (4, moves.deletes),
    "works": (14, moves.works),
    "passes": (6, moves.passes(1, 5)),
    "clears_the_plate": (5, moves.clears_the_plate),
    "resolves": (4, moves.resolves),
    "runs_the_queue": (4, moves.runs_the_queue),
    "loses_the_start": (1, moves.loses_the_start),
    "refuses_the_start": (1, moves.refuses_the_start),
    "drops_the_start": (1, moves.drops_the_start),
    "vanishes": (1, moves.vanishes),
    "uploads_badly": (1, moves.uploads_badly),
    "crashes": (2, moves.crashes),
    "loses_the_connection": (2, moves.loses_the_connection),
    "goes_silent": (1, moves.goes_silent),
    "connects": (6, moves.connects),
    "loses_a_message": (1, moves.loses_a_message),
    "fails": (1, moves.fails),
    "is_stopped": (1, moves.is_stopped),
    "clears_its_error": (3, moves.clears_its_error),
    "closes_the_code": (2, moves.closes_the_code),
    "shows_a_code": (1, moves.shows_a_code),
    "health_changes": (2, moves.health_changes),
    "accepts_health": (2, moves.accepts_health),
    "pauses_with_an_error": (2, moves.pauses_with_an_error),
    "pauses_by_its_file": (1, moves.pauses_by_its_file),
    "foreign": (2, moves.foreign),
    "another_client_starts": (1, moves.another_client_starts),
    "is_dismissed": (2, moves.is_dismissed),
    "cycles_its_power": (1, moves.cycles_its_power),
    "reports_odd_things": (1, moves.reports_odd_things),
    "reports_fully": (2, moves.reports_fully),
    "pauses_the_queue": (1, moves.pauses_the_queue),
    "edits_the_queue": (3, moves.edits_the_queue),
    "says_it_clears_nothing": (1, moves.says_it_clears_nothing),
    "stops_the_print": (1, moves.stops_the_print),
}
"""How likely each move is."""
LEFT_OUT: Final = {
    "connects_slowly": "the simulated printer sends its full report at once",
    "reports_in_parts": "each of its reports is only a part",
    "deletes_badly": "it deletes what it has",
    "reprints": "its screen starts what is on the card, never the last job again",
    "cools": "its bed cools by itself",
    "interlock": "Home Assistant's conditions have tests of their own",
    "sets_the_clock": "the kills set it, and let it stand: their printer is not a story's",
    "is_away": "as the clock",
    "says_an_unknown_word": "its words are those that were recorded",
    "takes_out": "edits_the_queue takes out, too",
    "moves_the_last_to_the_front": "edits_the_queue moves, too",
    "restores": "what is restored has tests of its own, on real sockets",
    "forgets_health": "it is taken back in a form, which has tests of its own",
    "changes_its_card": "the soak and the kills swap it",
    "loses_power_in_a_print": "the soak cuts the power in a print",
    "goes_on_after_power_loss": "its prints end with the power",
    "changes_an_option": "options changed in a print have tests of their own",
    "fills_the_changer": "the replay's printer has an endless changer",
}
"""Moves without a counterpart, and why."""
POSSIBLE: Final = {
    "reports no card",
    "reports a fatal health entry",
    "reports no spools",
}
"""Of the odd reports, those that a simulated printer can mean."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happens in a story."""

    move: str
    label: str

    def __str__(self) -> str:
        return self.label


def story(seed: int, length: int) -> tuple[Deed, ...]:
    """Return so many deeds, always the same ones for a seed. Raises LawBroken."""
    chance = random.Random(seed)
    names = list(MOVES)
    weights = [weight for weight, _ in MOVES.values()]
    world = begin()
    deeds: list[Deed] = []
    while len(deeds) < length:
        (name,) = chance.choices(names, weights)
        if following := list(_following(name, world)):
            label, world = chance.choice(following)
            in_state(world)
            deeds.append(Deed(name, label))
    return tuple(deeds)


def _following(name: str, world: World) -> Iterator[tuple[str, World]]:
    """Yield what the move leads to and a real printer can do, too."""
    _, move = MOVES[name]
    for label, after in move(world):
        if not after.late and (name != "reports_odd_things" or label in POSSIBLE):
            yield label, after
