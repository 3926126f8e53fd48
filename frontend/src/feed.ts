/** The queue as the server pushes it: everything once, then only what has changed. */

import { reason } from "./actions";
import type { Connection, QueueState, Task } from "./types";

interface Full {
  type: "full";
  can_control: boolean;
  queue: QueueState;
  tasks: Task[];
}

interface Change {
  type: "change";
  queue?: Partial<QueueState>;
  tasks?: Record<string, Partial<Task>>;
  order?: string[];
}

export type Message = Full | Change;

/** What is known of a queue after some messages. A changed task is a new object, an unchanged one the same. */
export interface Known {
  canControl: boolean;
  queue: QueueState;
  tasks: Task[];
}

/** Return what is known after one more message. */
export function learned(known: Known | undefined, message: Message): Known | undefined {
  if (message.type === "full")
    return { canControl: message.can_control, queue: message.queue, tasks: message.tasks };
  if (!known) return undefined;
  const changes = message.tasks ?? {};
  let { tasks } = known;
  if (message.tasks || message.order) {
    const byId = new Map(tasks.map((task) => [task.task_id, task]));
    for (const [id, change] of Object.entries(changes)) byId.set(id, { ...byId.get(id), ...change } as Task);
    const order = message.order ?? tasks.map((task) => task.task_id);
    tasks = order.flatMap((id) => byId.get(id) ?? []);
  }
  return { ...known, queue: message.queue ? { ...known.queue, ...message.queue } : known.queue, tasks };
}

/** A live subscription to one queue. Home Assistant's connection renews it after an outage. */
export class QueueFeed {
  problem = "";
  private known: Known | undefined;
  private closed = false;
  private unsubscribe: (() => Promise<void>) | undefined;

  constructor(
    readonly connection: Connection,
    readonly entity: string,
    private readonly changed: () => void,
  ) {
    void this.open();
  }

  get queue(): QueueState | undefined {
    return this.known?.queue;
  }

  get tasks(): Task[] {
    return this.known?.tasks ?? [];
  }

  get canControl(): boolean {
    return this.known?.canControl ?? false;
  }

  get platesToPrint(): number {
    return this.queue?.plates_to_print ?? 0;
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
