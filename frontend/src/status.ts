/** What the card shows of a task and of its printer, so that the two never contradict each other. */

import type { PrintCommand } from "./actions";
import { type HealthEntry, IN_FLIGHT, type PrinterView, type Task, type TaskStatus } from "./types";

/** States in which the printer's progress belongs to a plate. */
const ACTIVE = new Set(["preparing", "printing", "paused"]);
const AWAY = new Set(["offline", "unknown"]);

/** The status in a row: the task's own, or what the printer has since reported about the plate in it. */
type ShownStatus = TaskStatus | "paused" | "preparing" | "no_contact";

export function statusShown(task: Task, printerState: string): ShownStatus {
  if (task.status !== "printing" && task.status !== "starting") return task.status;
  if (isAway(printerState)) return "no_contact";
  if (printerState === "paused" || printerState === "preparing") return printerState;
  return task.status;
}

/** While there is no contact with the printer, nobody knows when it will be done. */
export function isAway(printerState: string): boolean {
  return AWAY.has(printerState);
}

/** When a task's first plate starts and its last one ends; null where either is not known. */
export function timesShown(task: Task, plannedFrom: string | null): [string, string] | null {
  const prints = IN_FLIGHT.has(task.status);
  const start = prints ? task.start : later(plannedFrom, task.starts_after);
  const finish = prints ? task.finish : later(plannedFrom, task.finishes_after);
  return start && finish ? [start, finish] : null;
}

/** No date lies more than 270,000 years ahead. */
function later(time: string | null, seconds: number | null): string | null {
  if (time === null || seconds === null) return null;
  const date = new Date(Date.parse(time) + seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** How many copies of these tasks have ended, in whatever way. */
export function endedCopies(tasks: Task[]): number {
  return tasks.reduce((sum, task) => sum + task.copies_done + task.copies_failed + task.copies_cancelled, 0);
}

/** The board shows "Starting" until the printer has begun with the plate that was sent. */
export function isStarting(task: Task | undefined, printerState: string): boolean {
  return task?.status === "starting" && !ACTIVE.has(printerState) && !AWAY.has(printerState);
}

/** The progress of the plate being printed; null if there is none. */
export function progressShown(view: PrinterView): number | null {
  return ACTIVE.has(view.printer_state) ? view.progress : null;
}

/** Why nothing starts; also that the print is paused, which the queue itself does not count as a reason. */
export function reasonShown(view: PrinterView): string {
  return view.waiting_for === "printing" && view.printer_state === "paused" ? "print_paused" : view.waiting_for;
}

/** The commands for the plate in the printer, except those that the notice already offers. */
export function printCommands(view: PrinterView): PrintCommand[] {
  if (!view.current || view.current.uncertain) return [];
  if (view.printer_state === "paused")
    return reasonShown(view) === "print_paused" ? ["stop_print"] : ["resume_print", "stop_print"];
  return view.printer_state === "printing" ? ["pause_print", "stop_print"] : [];
}

/** The health entries that can be accepted here. Refused commands can only be resolved at the printer. */
export function acceptable(view: PrinterView): HealthEntry[] {
  return view.health.filter((entry) => entry.message !== "commands_refused");
}

/** An error left over from a print that ended: once it is closed, the plate can be confirmed as clear. */
export function isLeftOver(view: PrinterView): boolean {
  const message = view.print_error?.message ?? "";
  return !ACTIVE.has(view.printer_state) && ["cancelled", "plate", "power_loss"].includes(message);
}
