import { expect, test } from "vitest";
import { type Known, learned } from "../src/feed";
import type { Task } from "../src/types";

const task = (task_id: string, fields: Partial<Task> = {}): Task => ({
  task_id,
  name: `Task ${task_id}`,
  file: "media-source://bambu_batch/local/a.gcode.3mf",
  plate: 1,
  status: "waiting",
  copies: 3,
  copies_done: 0,
  copies_waiting: 3,
  duration: 600,
  start: null,
  finish: null,
  thumbnail: null,
  bed_leveling: true,
  flow_calibration: true,
  timelapse: false,
  clears_plate: true,
  swap: "yes",
  hold_reason: null,
  ...fields,
});

const queue = { running: true, waiting_for: "nothing", remaining_seconds: 60, plates_to_print: 6, finish: null };
const known: Known = { canControl: true, queue, tasks: [task("1"), task("2")] };

test("the first message tells everything", () => {
  const full = { type: "full" as const, can_control: false, queue, tasks: [task("7")] };
  expect(learned(undefined, full)).toEqual({ canControl: false, queue, tasks: [task("7")] });
});

test("a change before the first message is not understood", () => {
  expect(learned(undefined, { type: "change", queue: { running: false } })).toBeUndefined();
});

test("a changed task is a new object, its neighbour stays the same", () => {
  const after = learned(known, { type: "change", tasks: { "2": { copies_done: 1 } } })!;
  expect(after.tasks[1]).toEqual(task("2", { copies_done: 1 }));
  expect(after.tasks[0]).toBe(known.tasks[0]);
  expect(after.queue).toBe(known.queue);
});

test("the order moves, adds and removes tasks", () => {
  const after = learned(known, { type: "change", tasks: { "3": task("3") }, order: ["3", "1"] })!;
  expect(after.tasks.map((one) => one.task_id)).toEqual(["3", "1"]);
});

test("only the queue's changed words change", () => {
  const after = learned(known, { type: "change", queue: { waiting_for: "cooldown" } })!;
  expect(after.queue).toEqual({ ...queue, waiting_for: "cooldown" });
  expect(after.tasks).toBe(known.tasks);
});
