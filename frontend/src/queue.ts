/** The queue's rows: order by drag or keys, optimistic until the server has the last word. */

import { LitElement, css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import Sortable from "sortablejs";
import { Actions, reason } from "./actions";
import type { Row, Wish } from "./row";
import { shared } from "./style";
import { type Key, text } from "./text";
import { ENDED, type Hass, IN_FLIGHT, type Task } from "./types";

/** ms; `restore_task` does it for ten minutes. */
const UNDO_FOR = 20_000;

export class Queue extends LitElement {
  static override properties = {
    hass: { attribute: false },
    entity: {},
    tasks: { attribute: false },
    printerState: {},
    controls: { type: Boolean },
    addable: { type: Boolean },
    order: { state: true },
    removed: { state: true },
    spoken: { state: true },
    problem: { state: true },
    asking: { state: true },
  };
  declare hass: Hass;
  declare entity: string;
  declare tasks: Task[];
  declare printerState: string;
  declare controls: boolean;
  /** Whether files can be added here. */
  declare addable: boolean;
  /** Order shown until the server confirms or refuses it. */
  declare order: string[] | undefined;
  /** What was taken out last, while it can be taken back here. */
  declare removed: { ids: string[]; words: string } | undefined;
  declare spoken: string;
  declare problem: string;
  declare asking: boolean;
  private sortable: Sortable | undefined;
  private undoTimer: ReturnType<typeof setTimeout> | undefined;
  private dragging = false;
  /** What followed the dragged element: Lit's own marks lie between the rows. */
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
    if (!list || !this.controls || this.sortable) return;
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
      <div class="list" role="list" @wish=${this.wished}>
        ${repeat(
          open,
          (task) => task.task_id,
          (task) => this.row(task),
        )}
      </div>
      ${
        ended.length
          ? html`<details>
              <summary class="muted">
                <ha-icon icon="mdi:chevron-down"></ha-icon>${this.t("ended")} (${ended.length})
              </summary>
              <div role="list" @wish=${this.wished}>
                ${repeat(
                  ended,
                  (task) => task.task_id,
                  (task) => this.row(task),
                )}
              </div>
            </details>`
          : nothing
      }
      ${this.controls && tasks.length ? this.clearing() : nothing}
      ${
        this.removed
          ? html`<div class="undo" role="status">
              ${this.removed.words}
              <button @click=${this.undo}>${this.t("undo")}</button>
            </div>`
          : nothing
      }
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      <div class="hidden" aria-live="polite">${this.spoken}</div>
    `;
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.hass.locale.language, key, values);
  }

  private get actions() {
    return new Actions(this.hass, this.entity);
  }

  /** The tasks in the order a person has just given them, or in the server's. */
  private get shown(): Task[] {
    if (!this.order) return this.tasks;
    const place = new Map(this.order.map((id, index) => [id, index]));
    const last = this.order.length;
    return [...this.tasks].sort((a, b) => (place.get(a.task_id) ?? last) - (place.get(b.task_id) ?? last));
  }

  private get movable(): Task[] {
    return this.shown.filter((task) => isMovable(task));
  }

  private row(task: Task) {
    return html`<bambu-batch-row
      role="listitem"
      data-id=${task.task_id}
      ?data-movable=${isMovable(task)}
      .hass=${this.hass}
      .task=${task}
      .printerState=${IN_FLIGHT.has(task.status) ? this.printerState : ""}
      .controls=${this.controls}
    ></bambu-batch-row>`;
  }

  private empty() {
    return html`<div class="empty">
      <ha-icon icon="mdi:tray-plus"></ha-icon>
      <strong>${this.t("empty")}</strong>
      ${
        this.addable
          ? html`<span class="muted">${this.t("empty_help")}</span>
              <button class="main" @click=${() => this.dispatchEvent(new CustomEvent("add"))}>
                ${this.t("add_files")}
              </button>`
          : nothing
      }
    </div>`;
  }

  private clearing() {
    return html`<div class="clear">
      ${
        this.asking
          ? html`<span role="alert">${this.t("clear_all_question")}</span>
              <button class="main" @click=${this.clear}>${this.t("clear_all")}</button>
              <button class="tonal" @click=${() => (this.asking = false)}>${this.t("cancel")}</button>`
          : html`<button @click=${() => (this.asking = true)}>
              <ha-icon icon="mdi:playlist-remove"></ha-icon>${this.t("clear_all")}
            </button>`
      }
    </div>`;
  }

  /** Sortable has moved the element: give it back to Lit, and move the task instead. */
  private dropped(list: HTMLElement, { item, newDraggableIndex, oldDraggableIndex }: Sortable.SortableEvent) {
    list.insertBefore(item, this.successor);
    const id = item.dataset["id"];
    if (id && newDraggableIndex !== undefined && newDraggableIndex !== oldDraggableIndex)
      void this.move(id, newDraggableIndex + 1);
    else this.requestUpdate();
  }

  private async move(taskId: string, position: number) {
    const movable = this.movable.map((task) => task.task_id).filter((id) => id !== taskId);
    movable.splice(position - 1, 0, taskId);
    const fixed = this.shown.filter((task) => !isMovable(task)).map((task) => task.task_id);
    this.order = [...fixed, ...movable];
    if (await this.try(() => this.actions.move(taskId, position))) {
      const name = this.tasks.find((task) => task.task_id === taskId)?.name ?? "";
      this.spoken = this.t("moved", { name, position, total: movable.length });
    }
    this.order = undefined;
  }

  private async wished(event: CustomEvent<Wish>) {
    const row = event.target as Row;
    const { task } = row;
    const wish = event.detail;
    switch (wish.kind) {
      case "override":
        return this.try(() => this.actions.override(task.task_id, wish.key, wish.to));
      case "copies":
        return this.try(() => this.actions.copies(task.task_id, wish.copies));
      case "hold":
        return this.try(() => this.actions.hold(task.task_id, wish.hold));
      case "retry":
        return this.try(() => this.actions.retry(task.task_id));
      case "remove":
        return this.take(this.t("removed", { name: task.name }), () => this.actions.remove(task.task_id));
      case "move": {
        const place = this.movable.findIndex((one) => one.task_id === task.task_id) + wish.by;
        if (place < 0 || place >= this.movable.length) return;
        await this.move(task.task_id, place + 1);
        await this.updateComplete;
        this.renderRoot.querySelector<Row>(`[data-id="${task.task_id}"]`)?.focus();
      }
    }
  }

  private async take(words: string, remove: () => Promise<string[]>) {
    let ids: string[] = [];
    if (!(await this.try(async () => (ids = await remove())))) return;
    clearTimeout(this.undoTimer);
    this.removed = ids.length ? { ids, words } : undefined;
    this.undoTimer = setTimeout(() => (this.removed = undefined), UNDO_FOR);
  }

  private async undo() {
    const { removed } = this;
    this.removed = undefined;
    if (removed) await this.try(() => this.actions.restore(removed.ids));
  }

  private async clear() {
    this.asking = false;
    await this.take(this.t("removed_all"), () => this.actions.clear());
  }

  private async try(act: () => Promise<unknown>): Promise<boolean> {
    this.problem = "";
    try {
      await act();
      return true;
    } catch (error) {
      this.problem = reason(error);
      return false;
    }
  }

  static override styles = [
    shared,
    css`
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
    `,
  ];
}

function isMovable(task: Task): boolean {
  return task.copies_waiting > 0;
}
