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

function tasksAfter(tasks: Task[], change: Change): Task[] {
  if (!change.tasks && !change.removed && !change.order) return tasks;
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  for (const [id, fields] of Object.entries(change.tasks ?? {})) byId.set(id, { ...byId.get(id), ...fields } as Task);
  for (const id of change.removed ?? []) byId.delete(id);
  const order = change.order ?? [...byId.keys()];
  return order.flatMap((id) => byId.get(id) ?? []);
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
