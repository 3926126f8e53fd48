import { expect, test } from "vitest";
import { type Known, learned } from "../src/feed";
import type { PrinterView, Task } from "../src/types";

const task = (task_id: string, fields: Partial<Task> = {}): Task => ({
  task_id,
  name: `Task ${task_id}`,
  plate: 1,
  status: "waiting",
  copies: 3,
  copies_done: 0,
  copies_waiting: 3,
  copies_failed: 0,
  copies_cancelled: 0,
  duration: 600,
  start: null,
  finish: null,
  thumbnail: null,
  bed_leveling: true,
  flow_calibration: true,
  timelapse: false,
  hold_reason: null,
  ...fields,
});

const printer = { running: true, waiting_for: "nothing" } as PrinterView;
const known: Known = { mayControl: true, printer, tasks: [task("1"), task("2")] };

test("the first message tells everything, in its order", () => {
  const tasks = { "7": task("7"), "8": task("8") };
  expect(learned(undefined, { type: "full", may_control: false, printer, tasks, order: ["8", "7"] })).toEqual({
    mayControl: false,
    printer,
    tasks: [task("8"), task("7")],
  });
});

test("a change before the first message is not understood", () => {
  expect(learned(undefined, { type: "change", printer: { running: false } })).toBeUndefined();
});

test("a printer that is not loaded is forgotten", () => {
  expect(learned(known, { type: "unavailable" })).toBeUndefined();
});

test("a changed task is a new object, its neighbour stays the same", () => {
  const after = learned(known, { type: "change", tasks: { "2": { copies_done: 1 } } })!;
  expect(after.tasks[1]).toEqual(task("2", { copies_done: 1 }));
  expect(after.tasks[0]).toBe(known.tasks[0]);
  expect(after.printer).toBe(known.printer);
});

test("tasks are added, moved and removed", () => {
  const after = learned(known, { type: "change", tasks: { "3": task("3") }, removed: ["2"], order: ["3", "1"] })!;
  expect(after.tasks.map((one) => one.task_id)).toEqual(["3", "1"]);
});

test("a removed task goes without a new order too", () => {
  expect(learned(known, { type: "change", removed: ["1"] })!.tasks).toEqual([known.tasks[1]]);
});

test("only the printer's changed fields change", () => {
  const after = learned(known, { type: "change", printer: { waiting_for: "cooldown" } })!;
  expect(after.printer).toEqual({ ...printer, waiting_for: "cooldown" });
  expect(after.tasks).toBe(known.tasks);
});
