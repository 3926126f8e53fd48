/** The queue as the server pushes it: everything once, then only the changes. */

import { reason } from "./actions";
import type { Connection, PrinterView, Task } from "./types";

interface Full {
  type: "full";
  may_control: boolean;
  printer: PrinterView;
  tasks: Record<string, Task>;
  order: string[];
}

interface Change {
  type: "change";
  printer?: Partial<PrinterView>;
  tasks?: Record<string, Partial<Task>>;
  removed?: string[];
  order?: string[];
  placed?: Placed[];
  alike?: (Range & { fields: Partial<Task> })[];
  shifted?: (Range & { seconds: number })[];
}

/** New and moved tasks, behind one that stays where it is, or at the front. */
interface Placed {
  after: string | null;
  tasks: string[];
}

/** Tasks that follow each other, by the ids of the first and the last one. */
interface Range {
  from: string;
  to: string;
}

/** The printer's entry is not loaded at the moment. */
interface Unavailable {
  type: "unavailable";
}

type Message = Full | Change | Unavailable;

/** A queue, its printer and the user's right. A task that changes becomes a new object. */
export interface Known {
  mayControl: boolean;
  printer: PrinterView;
  tasks: Task[];
}

/** Return what is known after another message. */
export function learned(known: Known | undefined, message: Message): Known | undefined {
  if (message.type === "unavailable") return undefined;
  if (message.type === "full")
    return {
      mayControl: message.may_control,
      printer: message.printer,
      tasks: message.order.flatMap((id) => message.tasks[id] ?? []),
    };
  if (!known) return undefined;
  const printer = message.printer ? { ...known.printer, ...message.printer } : known.printer;
  return { ...known, printer, tasks: tasksAfter(known.tasks, message) };
}

function tasksAfter(tasks: Task[], { alike, order, placed, removed, shifted, tasks: changed }: Change): Task[] {
  if (!alike && !order && !placed && !removed && !shifted && !changed) return tasks;
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  for (const [id, fields] of Object.entries(changed ?? {})) byId.set(id, { ...byId.get(id), ...fields } as Task);
  for (const id of removed ?? []) byId.delete(id);
  const ids = order ?? inPlace([...byId.keys()], placed ?? []);
  const after = ids.flatMap((id) => byId.get(id) ?? []);
  changeAll(after, alike ?? [], (task, { fields }) => ({ ...task, ...fields }));
  changeAll(after, shifted ?? [], (task, { seconds }) => ({
    ...task,
    starts_after: plus(task.starts_after, seconds),
    finishes_after: plus(task.finishes_after, seconds),
  }));
  return after;
}

function inPlace(ids: string[], placed: Placed[]): string[] {
  if (!placed.length) return ids;
  const going = new Set(placed.flatMap((group) => group.tasks));
  const behind = new Map(placed.map((group) => [group.after, group.tasks]));
  const staying = ids.filter((id) => !going.has(id));
  return [...(behind.get(null) ?? []), ...staying.flatMap((id) => [id, ...(behind.get(id) ?? [])])];
}

function changeAll<R extends Range>(tasks: Task[], ranges: R[], change: (task: Task, range: R) => Task): void {
  for (const range of ranges) {
    const first = tasks.findIndex((task) => task.task_id === range.from);
    const last = tasks.findIndex((task) => task.task_id === range.to);
    for (let at = first; at >= 0 && at <= last; at++) tasks[at] = change(tasks[at]!, range);
  }
}

function plus(time: number | null, seconds: number): number | null {
  return time === null ? null : time + seconds;
}

/** A subscription to one queue. Home Assistant's connection renews it after an outage. */
export class QueueFeed {
  problem = "";
  known: Known | undefined;
  private closed = false;
  private unsubscribe: (() => Promise<void>) | undefined;

  constructor(
    readonly connection: Connection,
    readonly entity: string,
    private readonly changed: () => void,
  ) {
    void this.open();
  }

  close(): void {
    this.closed = true;
    void this.unsubscribe?.().catch(() => undefined); // the connection may be gone already
  }

  private async open(): Promise<void> {
    try {
      this.unsubscribe = await this.connection.subscribeMessage<Message>(
        (message) => {
          if (this.closed) return;
          this.known = learned(this.known, message);
          this.changed();
        },
        { type: "bambu_batch/queue/subscribe", entity_id: this.entity },
      );
      if (this.closed) this.close();
    } catch (error) {
      this.problem = reason(error);
      this.changed();
    }
  }
}
