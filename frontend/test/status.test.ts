import { expect, test } from "vitest";
import {
  acceptable,
  isLeftOver,
  isStarting,
  printCommands,
  progressShown,
  reasonShown,
  statusShown,
  timesShown,
} from "../src/status";
import type { PrinterView, Task } from "../src/types";

const task = (status: string) => ({ status }) as Task;
const view = (fields: Partial<PrinterView>) => ({ current: { uncertain: false }, ...fields }) as PrinterView;

test.each([
  ["printing", "printing", "printing"],
  ["printing", "paused", "paused"],
  ["printing", "preparing", "preparing"],
  ["printing", "offline", "no_contact"],
  ["starting", "unknown", "no_contact"],
  ["starting", "finished", "starting"],
  ["uncertain", "offline", "uncertain"],
  ["waiting", "paused", "waiting"],
  ["held", "offline", "held"],
])("a task that is %s in a printer that is %s is shown as %s", (status, printer, shown) => {
  expect(statusShown(task(status), printer)).toBe(shown);
});

test("the board says that a plate starts only until the printer has taken it up", () => {
  expect(isStarting(task("starting"), "finished")).toBe(true);
  expect(isStarting(task("starting"), "preparing")).toBe(false);
  expect(isStarting(task("starting"), "offline")).toBe(false);
  expect(isStarting(undefined, "idle")).toBe(false);
});

test("the progress of a plate that is over is none of the next one's", () => {
  expect(progressShown(view({ printer_state: "finished", progress: 100 }))).toBeNull();
  expect(progressShown(view({ printer_state: "paused", progress: 40 }))).toBe(40);
});

test("a paused print is resumed where it is said", () => {
  const paused = view({ printer_state: "paused", waiting_for: "printing" });
  expect(reasonShown(paused)).toBe("print_paused");
  expect(printCommands(paused)).toEqual(["stop_print"]);
  const faulty = view({ printer_state: "paused", waiting_for: "print_error" });
  expect(reasonShown(faulty)).toBe("print_error");
  expect(printCommands(faulty)).toEqual(["resume_print", "stop_print"]);
});

test("nothing can be told about a plate that is not known to print", () => {
  expect(printCommands(view({ printer_state: "printing", current: null }))).toEqual([]);
  const uncertain = { task_id: "1", copy: 1, uncertain: true };
  expect(printCommands(view({ printer_state: "printing", current: uncertain }))).toEqual([]);
  expect(printCommands(view({ printer_state: "offline" }))).toEqual([]);
});

test("FM-156: every health entry that blocks can be accepted, but for refused commands", () => {
  const entry = (message: string) => ({ code: message, message, url: "", risk: false });
  const health = [entry("commands_refused"), entry("ams_firmware"), entry("motion")];
  expect(acceptable(view({ health })).map((one) => one.message)).toEqual(["ams_firmware", "motion"]);
});

test.each([
  ["cancelled", "failed", true],
  ["plate", "idle", true],
  ["power_loss", "finished", true],
  ["power_loss", "paused", false],
  ["filament_out", "idle", false],
])("FM-164: the code of %s in a printer that is %s can be closed here: %s", (message, printer_state, may) => {
  expect(isLeftOver(view({ printer_state, print_error: { code: "", message, url: "" } }))).toBe(may);
});

test("what waits is planned from when the first plate starts, what prints has times of its own", () => {
  const times = (fields: Partial<Task>, from: string | null) =>
    timesShown({ status: "waiting", starts_after: null, finishes_after: null, ...fields } as Task, from);
  const at = "2026-11-29T08:00:00+00:00";
  const waits = { starts_after: 60, finishes_after: 120 };
  expect(times(waits, at)).toEqual(["2026-11-29T08:01:00.000Z", "2026-11-29T08:02:00.000Z"]);
  expect(times(waits, null)).toBeNull();
  expect(times({ ...waits, finishes_after: null }, at)).toBeNull();
  expect(times({ ...waits, finishes_after: 1e15 }, at)).toBeNull();
  expect(times({ start: at, finish: at, status: "printing" }, null)).toEqual([at, at]);
  expect(times({ start: at, finish: at }, at)).toBeNull();
});
