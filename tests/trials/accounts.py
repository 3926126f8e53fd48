"""The accounts at the end of a trial: what was asked for, what is booked, what was printed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from custom_components.bambu_batch.production.model import Line, Outcome
from custom_components.bambu_batch.store.history import HistoryEntry as Booked
from simulator import Job, Outcome as Truly, Printer, Source


def faults(
    printer: Printer,
    line: Line,
    history: Sequence[Booked],
    asked: Mapping[str, int],
    perhaps: Iterable[tuple[str, int]] = (),
) -> list[str]:
    """Return what is wrong, a line each.

    `asked`: copies by task id, as Home Assistant answered. `perhaps`: name and copies of
    tasks whose answer was lost: they may be in the queue or not, but not in part.
    """
    journal = printer.journal
    wrong = [
        "\n".join(str(entry) for entry in journal[max(0, place - 40) : place + 10])
        for place, violation in enumerate(journal)
        if violation.rule
    ]
    wrong += [
        str(entry)
        for entry in printer.journal.of("collision")
        if entry.detail["source"] is Source.LAN
    ]
    ids = [entry.detail["subtask_id"] for entry in printer.journal.of("start")]
    wrong += [
        f"run {number} was started {times} times"
        for number, times in Counter(ids).items()
        if times > 1
    ]
    wrong += _copies(line, asked, perhaps)
    wrong += _plates(printer, line, history)
    return wrong


def ours(printer: Printer) -> list[Job]:
    """Return the jobs that came over the network and have ended."""
    return [job for job in printer.truth.jobs if job.source is Source.LAN]


def _copies(
    line: Line, asked: Mapping[str, int], perhaps: Iterable[tuple[str, int]]
) -> list[str]:
    """Check that every copy is accounted for (I3)."""
    wrong = []
    unanswered = Counter(perhaps)
    tasks = {task.task_id: task for task in line.tasks}
    for task_id, copies in asked.items():
        task = tasks.pop(task_id, None)
        if task is None:
            wrong.append(f"task {task_id} with {copies} copies is lost")
        elif task.copies != copies:
            wrong.append(f"task {task_id}: {copies} copies asked, {task.copies} kept")
    for task in tasks.values():
        if not unanswered[task.name, task.copies]:
            wrong.append(f"task {task.task_id} ({task.name}): nobody asked for it")
        unanswered[task.name, task.copies] -= 1
    for task in line.tasks:
        counts = (task.finished, task.failed, task.cancelled, task.open)
        if min(counts) < 0 or sum(counts) != task.copies:
            wrong.append(f"task {task.task_id}: {task.copies} copies, {counts} booked")
    return wrong


def _plates(printer: Printer, line: Line, history: Sequence[Booked]) -> list[str]:
    """Check that exactly the plates that were printed are booked as finished."""
    printed = {job.subtask_id for job in ours(printer) if job.outcome is Truly.FINISHED}
    records = [entry.record for entry in history]
    booked = Counter(str(record.run.run_id) for record in records)
    outcomes = {str(record.run.run_id): record.outcome for record in records}
    finished = {
        number for number, outcome in outcomes.items() if outcome is Outcome.FINISHED
    }
    wrong = [
        f"run {number} is booked {n} times" for number, n in booked.items() if n > 1
    ]
    wrong += [
        f"run {number} was printed and is booked as {outcomes.get(number)}\n"
        f"{story(printer, number)}"
        for number in printed - finished
        if outcomes.get(number) is not Outcome.CANCELLED
        or not stopped_too_late(printer, number)
    ]
    wrong += [
        f"run {number} is booked as finished and was not printed\n"
        f"{story(printer, number)}"
        for number in finished - printed
    ]
    runs = Counter(
        record.run.task_id for record in records if record.outcome is Outcome.FINISHED
    )
    wrong += [
        f"task {task.task_id}: {task.finished} finished copies, {runs[task.task_id]} runs"
        for task in line.tasks
        if task.finished != runs[task.task_id]
    ]
    return wrong


def stopped_too_late(printer: Printer, run: str) -> bool:
    """Tell whether we told the printer to stop a run in the moment in which it had ended.

    Such a run counts as cancelled where its FINISH was not seen any more.
    """
    ended = False
    for entry in printer.journal:
        if entry.kind == "job_ended" and entry.detail["subtask_id"] == run:
            ended = True
        elif ended and entry.kind == "start":
            break
        elif ended and entry.detail.get("command") == "print.stop":
            return True
    return False


def story(printer: Printer, run: str) -> str:
    """Tell what the printer saw around a run."""
    journal = printer.journal
    places = [
        n for n, entry in enumerate(journal) if entry.detail.get("subtask_id") == run
    ]
    if not places:
        return "it was never sent"
    return "\n".join(
        str(entry) for entry in journal[max(0, places[0] - 15) : places[-1] + 15]
    )
