/** The queue. A new order, by dragging or arrow keys, is shown at once and then confirmed by the server. */

import { css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { remove } from "./actions";
import type { Known } from "./feed";
import { Part } from "./part";
import type { Row, Wish } from "./row";
import type { Drop } from "./rows";
import { ENDED, type Task, isMovable } from "./types";

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
  private undoTimer: ReturnType<typeof setTimeout> | undefined;
  private open: Task[] = [];
  private ended: Task[] = [];

  override disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.undoTimer);
  }

  /** The lists stay the same objects while no task changes: their rows are then left alone. */
  override willUpdate(changed: Map<string, unknown>) {
    const before = changed.get("known") as Known | undefined;
    if (!changed.has("order") && (!changed.has("known") || before?.tasks === this.known.tasks)) return;
    const tasks = this.shown;
    this.open = tasks.filter((task) => !ENDED.has(task.status));
    this.ended = tasks.filter((task) => ENDED.has(task.status));
  }

  override render() {
    const { ended, open } = this;
    return html`
      ${open.length ? nothing : this.empty()} ${this.rows(open, true)}
      ${ended.length
        ? html`<details>
            <summary class="muted">
              <ha-icon icon="mdi:chevron-down"></ha-icon>${this.t("ended", { count: ended.length })}
            </summary>
            ${this.rows(ended, false)}
          </details>`
        : nothing}
      ${this.known.mayControl && (open.length || ended.length) ? this.clearing() : nothing}
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

  private rows(tasks: Task[], sortable: boolean) {
    return html`<bambu-batch-rows
      .hass=${this.hass}
      .entity=${this.entity}
      .tasks=${tasks}
      .printerView=${this.known.printer}
      .controls=${this.known.mayControl}
      .sortable=${sortable}
      @wish=${this.wished}
      @move=${(event: CustomEvent<Drop>) => this.move(event.detail.task_id, event.detail.position)}
    ></bambu-batch-rows>`;
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
    const { task_id, name } = (event.composedPath()[0] as Row).task;
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
        const rows = this.renderRoot.querySelector("bambu-batch-rows");
        await rows?.updateComplete;
        rows?.focusOn(task_id);
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
