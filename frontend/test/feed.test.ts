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
  starts_after: null,
  finishes_after: null,
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

const five = {
  ...known,
  tasks: ["1", "2", "3", "4", "5"].map((id) => task(id, { starts_after: 0, finishes_after: 9 })),
};
const ids = (after: Known | undefined) => after?.tasks.map((one) => one.task_id).join(" ");

test("tasks are placed behind others, and at the front", () => {
  const place = (after: string | null, ...tasks: string[]) => ({ after, tasks });
  const after = (...placed: ReturnType<typeof place>[]) => ids(learned(five, { type: "change", placed }));
  expect(after(place(null, "4"))).toBe("4 1 2 3 5");
  expect(after(place("5", "1", "3"))).toBe("2 4 5 1 3");
  expect(after(place(null, "5"), place("2", "1"))).toBe("5 2 1 3 4");
});

test("new tasks are placed, too, while others go", () => {
  const tasks = { "6": task("6"), "7": task("7") };
  const after = learned(five, {
    type: "change",
    tasks,
    removed: ["2", "3"],
    placed: [{ after: "1", tasks: ["7", "6"] }],
  });
  expect(ids(after)).toBe("1 7 6 4 5");
});

test("tasks that follow each other change alike, in the new order", () => {
  const after = learned(five, {
    type: "change",
    placed: [{ after: null, tasks: ["3"] }],
    alike: [{ from: "3", to: "2", fields: { status: "held" } }],
  })!;
  expect(after.tasks.map((one) => one.status)).toEqual(["held", "held", "held", "waiting", "waiting"]);
  expect(after.tasks[3]).toBe(five.tasks[3]);
});

test("planned times of tasks that follow each other are shifted; none are made up", () => {
  const tasks = [five.tasks[0]!, task("2"), five.tasks[2]!, five.tasks[3]!];
  const after = learned({ ...known, tasks }, { type: "change", shifted: [{ from: "1", to: "3", seconds: -5 }] })!;
  expect(after.tasks.map((one) => one.starts_after)).toEqual([-5, null, -5, 0]);
  expect(after.tasks.map((one) => one.finishes_after)).toEqual([4, null, 4, 9]);
});

test("a range of tasks that are not there changes nothing", () => {
  const after = learned(five, { type: "change", shifted: [{ from: "9", to: "3", seconds: 1 }] })!;
  expect(after.tasks).toEqual(five.tasks);
});
