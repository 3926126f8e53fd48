/** The queue's rows. A new order, by dragging or arrow keys, is shown at once and then confirmed by the server. */

import { css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import Sortable from "sortablejs";
import { remove } from "./actions";
import type { Known } from "./feed";
import { Part } from "./part";
import type { Row, Wish } from "./row";
import { ENDED, IN_FLIGHT, type Task } from "./types";

/** ms; `restore_task` works for ten minutes. */
const UNDO_FOR = 20_000;

export class Queue extends Part {
  @property({ attribute: false }) known!: Known;
  /** Whether the empty queue offers to add files. */
  @property({ attribute: false }) addable = false;
  /** Order shown until the server confirms or refuses it. */
  @state() private order: string[] | undefined;
  /** What was removed last, while it can be undone here. */
  @state() private removed: { ids: string[]; words: string } | undefined;
  /** For screen readers. */
  @state() private announced = "";
  @state() private asking = false;
  private sortable: Sortable | undefined;
  private undoTimer: ReturnType<typeof setTimeout> | undefined;
  private dragging = false;
  /** The node after the dragged row: Lit's own marker nodes lie between the rows. */
  private successor: ChildNode | null = null;

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.sortable?.destroy();
    this.sortable = undefined;
    clearTimeout(this.undoTimer);
  }

  override shouldUpdate() {
    return !this.dragging;
  }

  override updated() {
    const list = this.renderRoot.querySelector<HTMLElement>(".list");
    if (!list || !this.known.mayControl || this.sortable) return;
    this.sortable = Sortable.create(list, {
      handle: ".handle",
      draggable: "[data-movable]",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      delayOnTouchOnly: true,
      delay: 80,
      forceFallback: true,
      fallbackTolerance: 3,
      onStart: ({ item }) => {
        this.dragging = true;
        this.successor = item.nextSibling;
      },
      onEnd: (event) => {
        this.dragging = false;
        this.dropped(list, event);
      },
    });
  }

  override render() {
    const tasks = this.shown;
    const open = tasks.filter((task) => !ENDED.has(task.status));
    const ended = tasks.filter((task) => ENDED.has(task.status));
    return html`
      ${open.length ? nothing : this.empty()}
      <div class="list" role="list" @wish=${this.wished}>${this.rows(open)}</div>
      ${ended.length
        ? html`<details>
            <summary class="muted">
              <ha-icon icon="mdi:chevron-down"></ha-icon>${this.t("ended", { count: ended.length })}
            </summary>
            <div role="list" @wish=${this.wished}>${this.rows(ended)}</div>
          </details>`
        : nothing}
      ${this.known.mayControl && tasks.length ? this.clearing() : nothing}
      ${this.removed
        ? html`<div class="undo" role="status">
            ${this.removed.words}
            <button @click=${this.undo}>${this.t("undo")}</button>
          </div>`
        : nothing}
      ${this.shownProblem()}
      <div class="hidden" aria-live="polite">${this.announced}</div>
    `;
  }

  /** The tasks in the order that a person has just set, or in the server's. */
  private get shown(): Task[] {
    const { tasks } = this.known;
    if (!this.order) return tasks;
    const place = new Map(this.order.map((id, index) => [id, index]));
    const last = this.order.length;
    return [...tasks].sort((a, b) => (place.get(a.task_id) ?? last) - (place.get(b.task_id) ?? last));
  }

  private rows(tasks: Task[]) {
    const { mayControl, printer } = this.known;
    return repeat(
      tasks,
      (task) => task.task_id,
      (task) =>
        html`<bambu-batch-row
          role="listitem"
          data-id=${task.task_id}
          ?data-movable=${isMovable(task)}
          .hass=${this.hass}
          .task=${task}
          .printerState=${IN_FLIGHT.has(task.status) ? printer.printer_state : ""}
          .controls=${mayControl}
        ></bambu-batch-row>`,
    );
  }

  private empty() {
    return html`<div class="empty">
      <ha-icon icon="mdi:tray-plus"></ha-icon>
      <strong>${this.t("empty")}</strong>
      ${this.addable
        ? html`<span class="muted">${this.t("empty_help")}</span>
            <button class="main" @click=${() => this.dispatchEvent(new Event("add"))}>${this.t("add_files")}</button>`
        : nothing}
    </div>`;
  }

  private clearing() {
    return html`<div class="clear">
      ${this.asking
        ? html`<span role="alert">${this.t("clear_all_question")}</span>
            <button class="main" @click=${this.clear}>${this.t("clear_all")}</button>
            <button class="tonal" @click=${() => (this.asking = false)}>${this.t("cancel")}</button>`
        : html`<button @click=${() => (this.asking = true)}>
            <ha-icon icon="mdi:playlist-remove"></ha-icon>${this.t("clear_all")}
          </button>`}
    </div>`;
  }

  /** Sortable has moved the element: put it back for Lit, and move the task instead. */
  private dropped(list: HTMLElement, { item, newDraggableIndex, oldDraggableIndex }: Sortable.SortableEvent) {
    list.insertBefore(item, this.successor);
    const id = item.dataset["id"];
    if (id && newDraggableIndex !== undefined && newDraggableIndex !== oldDraggableIndex)
      void this.move(id, newDraggableIndex + 1);
    else this.requestUpdate();
  }

  private async move(task_id: string, position: number) {
    const ids = (tasks: Task[]) => tasks.map((task) => task.task_id);
    const movable = ids(this.shown.filter(isMovable)).filter((id) => id !== task_id);
    movable.splice(position - 1, 0, task_id);
    this.order = [...ids(this.shown.filter((task) => !isMovable(task))), ...movable];
    if (await this.act("move_task", { task_id, position })) {
      const name = this.known.tasks.find((task) => task.task_id === task_id)?.name ?? "";
      this.announced = this.t("moved", { name, position, total: movable.length });
    }
    this.order = undefined;
  }

  private async wished(event: CustomEvent<Wish>) {
    const { task_id, name } = (event.target as Row).task;
    const wish = event.detail;
    switch (wish.kind) {
      case "change":
        return this.act("update_task", { task_id, ...wish.change });
      case "retry":
        return this.act("retry_task", { task_id });
      case "remove":
        return this.removing(this.t("removed", { name }), task_id);
      case "move": {
        const movable = this.shown.filter(isMovable);
        const place = movable.findIndex((one) => one.task_id === task_id) + wish.by;
        if (place < 0 || place >= movable.length) return;
        await this.move(task_id, place + 1);
        await this.updateComplete;
        this.renderRoot.querySelector<Row>(`[data-id="${task_id}"]`)?.focus();
      }
    }
  }

  /** Remove one task, or all, and offer to undo it. */
  private async removing(words: string, taskId?: string) {
    let ids: string[] = [];
    if (!(await this.try(async () => (ids = await remove(this.hass, this.entity, taskId))))) return;
    clearTimeout(this.undoTimer);
    this.removed = ids.length ? { ids, words } : undefined;
    this.undoTimer = setTimeout(() => (this.removed = undefined), UNDO_FOR);
  }

  private async undo() {
    const { removed } = this;
    this.removed = undefined;
    if (removed) await this.act("restore_task", { task_id: removed.ids });
  }

  private async clear() {
    this.asking = false;
    await this.removing(this.t("removed_all"));
  }

  static override styles = css`
    bambu-batch-row {
      content-visibility: auto;
      contain-intrinsic-size: auto 57px;
    }
    .sortable-ghost {
      opacity: 0.4;
    }
    .sortable-fallback {
      background: var(--card-background-color);
      box-shadow: 0 4px 14px rgb(0 0 0 / 30%);
    }
    .empty {
      display: grid;
      gap: 8px;
      justify-items: center;
      padding: 24px 16px;
      text-align: center;
    }
    .empty ha-icon {
      --mdc-icon-size: 40px;
      color: var(--secondary-text-color);
      height: 40px;
      width: 40px;
    }
    details {
      margin-top: var(--gap);
    }
    .clear {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      justify-content: flex-end;
      margin-top: 8px;
    }
    .undo {
      align-items: center;
      background: var(--primary-text-color);
      border-radius: 12px;
      color: var(--card-background-color);
      display: flex;
      gap: 8px;
      justify-content: space-between;
      margin-top: 8px;
      padding: 2px 4px 2px 14px;
    }
    .undo button {
      font-weight: 500;
    }
  `;
}

function isMovable(task: Task): boolean {
  return task.copies_waiting > 0;
}
