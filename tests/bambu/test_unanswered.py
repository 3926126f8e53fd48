"""Waiting for echoes."""

from custom_components.bambu_batch.bambu import command
from custom_components.bambu_batch.bambu.reply import Reply
from custom_components.bambu_batch.bambu.unanswered import Unanswered


def test_only_echoes_of_our_own_commands_are_answers() -> None:
    unanswered = Unanswered(15)
    unanswered.sent(command.pause(40001), 0)
    assert not unanswered.answered(Reply("40002", "pause"))
    assert not unanswered.answered(Reply("40001", "resume"))
    assert not unanswered.answered(Reply(None, "pause"))
    assert unanswered.answered(Reply("40001", "pause"))
    assert not unanswered.answered(Reply("40001", "pause"))


def test_an_echo_may_lack_its_command() -> None:
    unanswered = Unanswered(15)
    unanswered.sent(command.pause(40001), 0)
    assert unanswered.answered(Reply("40001", None))


def test_each_command_becomes_overdue_once_and_may_still_be_answered() -> None:
    unanswered = Unanswered(15)
    unanswered.sent(command.pause(40001), 0)
    unanswered.sent(command.get_version(40002), 10)
    assert unanswered.overdue(14.9) == []
    assert unanswered.overdue(15) == ["pause"]
    assert unanswered.overdue(25) == ["get_version"]
    assert unanswered.overdue(99) == []
    assert unanswered.answered(Reply("40001", "pause"))


def test_a_printer_that_never_answers_fills_no_memory() -> None:
    unanswered = Unanswered(15)
    for sequence in range(40_000, 41_000):
        unanswered.sent(command.get_version(sequence), 0)
    assert not unanswered.answered(Reply("40000", "get_version"))
    assert unanswered.answered(Reply("40999", "get_version"))
    assert len(unanswered.overdue(15)) < 40


def test_what_is_forgiven_never_becomes_overdue_but_may_be_answered() -> None:
    unanswered = Unanswered(15)
    unanswered.sent(command.get_version(40001), 0)
    unanswered.forgive()
    assert unanswered.overdue(99) == []
    assert unanswered.answered(Reply("40001", "get_version"))
