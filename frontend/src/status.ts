/** What the card says of a task and of its printer: the two never contradict each other. */

import type { HealthEntry, PrinterView, Task, TaskStatus } from "./types";

/** States in which the printer's progress is that of a plate. */
const ACTIVE = new Set(["preparing", "printing", "paused"]);
const AWAY = new Set(["offline", "unknown"]);

/** A row's word: the task's own, or what the printer has since told of the plate in it. */
export type ShownStatus = TaskStatus | "paused" | "preparing" | "no_contact";

export function statusShown(task: Task, printerState: string): ShownStatus {
  if (task.status !== "printing" && task.status !== "starting") return task.status;
  if (isAway(printerState)) return "no_contact";
  if (printerState === "paused" || printerState === "preparing") return printerState;
  return task.status;
}

/** While nothing is heard of the printer, when it will be done is not known. */
export function isAway(printerState: string): boolean {
  return AWAY.has(printerState);
}

/** The board says "Starting" where the printer has not yet taken up what was sent. */
export function isStarting(task: Task | undefined, printerState: string): boolean {
  return task?.status === "starting" && !ACTIVE.has(printerState) && !AWAY.has(printerState);
}

/** The progress of a plate in print; null where there is none. */
export function progressShown(view: PrinterView): number | null {
  return ACTIVE.has(view.printer_state) ? view.progress : null;
}

/** Why nothing starts, and that a plate in print stands still, which is no reason of the queue's. */
export function reasonShown(view: PrinterView): string {
  return view.waiting_for === "printing" && view.printer_state === "paused" ? "print_paused" : view.waiting_for;
}

/** What a person may tell the printer about the plate in it; not what a notice offers already. */
export function printCommands(view: PrinterView): ("pause_print" | "resume_print" | "stop_print")[] {
  if (!view.current || view.current.uncertain) return [];
  if (view.printer_state === "paused")
    return reasonShown(view) === "print_paused" ? ["stop_print"] : ["resume_print", "stop_print"];
  return view.printer_state === "printing" ? ["pause_print", "stop_print"] : [];
}

/** The health entries that a person can accept here; that commands are refused ends at the printer. */
export function acceptable(view: PrinterView): HealthEntry[] {
  return view.health.filter((entry) => entry.message !== "commands_refused");
}

/** A code that is left over from a print and makes the plate doubtful: closed, the plate can be confirmed. */
export function isLeftOver(view: PrinterView): boolean {
  const message = view.print_error?.message ?? "";
  return !ACTIVE.has(view.printer_state) && ["cancelled", "plate", "power_loss"].includes(message);
}
