/**
 * The rows of tasks, which a person may drag. Of a long queue only those near the screen are made; space is kept
 * for the others.
 */

import { css, html } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import Sortable from "sortablejs";
import { Part } from "./part";
import type { Row } from "./row";
import { IN_FLIGHT, type PrinterView, type Task, isMovable } from "./types";

/** Rows made beyond either end of the screen. */
const AHEAD = 40;
/** The rows that are made change in steps of so many. */
const STEP = 10;
/** px; of a row that was never made. */
const USUAL_HEIGHT = 57;

/** Where a person has dropped a task: its place among the movable ones, from 1. */
export interface Drop {
  task_id: string;
  position: number;
}

export class Rows extends Part {
  @property({ attribute: false }) tasks!: Task[];
  @property({ attribute: false }) printerView!: PrinterView;
  @property({ attribute: false }) controls = false;
  /** Whether rows can be dragged to another place. */
  @property({ attribute: false }) sortable = false;
  /** First row that is made. */
  @state() private first = 0;
  /** Behind the last row that is made. */
  @state() private end = 2 * AHEAD;
  private readonly heights = new Map<string, number>();
  private readonly observer = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && this.follow(),
    { rootMargin: "400px 0px" },
  );
  private sorter: Sortable | undefined;
  /** The tasks as they were when a row was gripped. */
  private gripped: Task[] | undefined;
  /** The node after the dragged row: Lit's own marker nodes lie between the rows. */
  private successor: ChildNode | null = null;

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.sorter?.destroy();
    this.sorter = undefined;
  }

  /** Home Assistant sets a new `hass` many times a second; and a dragged row must stay where it is. */
  override shouldUpdate(changed: Map<string, unknown>) {
    if (this.gripped) return changed.has("first") || changed.has("end");
    return changed.size > 1 || !changed.has("hass") || !this.hasUpdated;
  }

  override updated() {
    for (const space of this.renderRoot.querySelectorAll(".space")) {
      this.observer.unobserve(space); // so that it is called once more
      this.observer.observe(space);
    }
    if (this.sortable && this.controls && !this.sorter) this.sorter = this.sorted();
  }

  /** Let the keyboard go on with this task's row. */
  focusOn(task_id: string) {
    this.renderRoot.querySelector<Row>(`[data-id="${task_id}"]`)?.focus();
  }

  override render() {
    const { drawn } = this;
    return html`
      ${this.space(drawn.slice(0, this.first))}
      <div class="list" role="list">
        ${repeat(
          drawn.slice(this.first, this.end),
          (task) => task.task_id,
          (task, index) => this.row(task, this.first + index + 1, drawn.length),
        )}
      </div>
      ${this.space(drawn.slice(this.end))}
    `;
  }

  private get drawn(): Task[] {
    return this.gripped ?? this.tasks;
  }

  private row(task: Task, place: number, total: number) {
    const { planned_from, printer_state } = this.printerView;
    return html`<bambu-batch-row
      role="listitem"
      aria-posinset=${place}
      aria-setsize=${total}
      data-id=${task.task_id}
      ?data-movable=${isMovable(task)}
      .hass=${this.hass}
      .task=${task}
      .plannedFrom=${planned_from}
      .printerState=${IN_FLIGHT.has(task.status) ? printer_state : ""}
      .controls=${this.controls}
    ></bambu-batch-row>`;
  }

  private space(tasks: Task[]) {
    return html`<div class="space" style="height: ${this.height(tasks)}px"></div>`;
  }

  private height(tasks: Task[]): number {
    return tasks.reduce((sum, task) => sum + (this.heights.get(task.task_id) ?? USUAL_HEIGHT), 0);
  }

  /** Make the rows near the screen. While one is dragged none goes: it may be the dragged one. */
  private follow() {
    for (const row of this.renderRoot.querySelectorAll<Row>("bambu-batch-row"))
      this.heights.set(row.dataset["id"]!, row.offsetHeight);
    const { top } = this.getBoundingClientRect();
    let shown = 0;
    for (let y = top; y < 0 && shown < this.drawn.length; shown++) y += this.height([this.drawn[shown]!]);
    const first = Math.max(0, Math.floor((shown - AHEAD) / STEP) * STEP);
    const end = Math.ceil((shown + innerHeight / USUAL_HEIGHT + AHEAD) / STEP) * STEP;
    this.first = this.gripped ? Math.min(first, this.first) : first;
    this.end = this.gripped ? Math.max(end, this.end) : end;
  }

  private sorted(): Sortable {
    const list = this.renderRoot.querySelector<HTMLElement>(".list")!;
    return Sortable.create(list, {
      handle: ".handle",
      draggable: "[data-movable]",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      delayOnTouchOnly: true,
      delay: 80,
      forceFallback: true,
      fallbackTolerance: 3,
      onStart: ({ item }) => {
        this.gripped = this.tasks;
        this.successor = item.nextSibling;
      },
      onEnd: (event) => this.dropped(list, event),
    });
  }

  /** Sortable has moved the element: put it back for Lit, and ask for the task's move instead. */
  private dropped(list: HTMLElement, { item, newDraggableIndex }: Sortable.SortableEvent) {
    list.insertBefore(item, this.successor);
    const movable = this.drawn.filter(isMovable);
    const task_id = item.dataset["id"]!;
    const before = movable.findIndex((task) => task.task_id === task_id);
    const place = this.drawn.slice(0, this.first).filter(isMovable).length + (newDraggableIndex ?? 0);
    this.gripped = undefined;
    if (newDraggableIndex !== undefined && place !== before)
      this.dispatchEvent(new CustomEvent<Drop>("move", { detail: { task_id, position: place + 1 } }));
    this.requestUpdate();
  }

  static override styles = css`
    bambu-batch-row {
      content-visibility: auto;
      contain-intrinsic-size: auto ${USUAL_HEIGHT}px;
    }
    .sortable-ghost {
      opacity: 0.4;
    }
    .sortable-fallback {
      background: var(--card-background-color);
      box-shadow: 0 4px 14px rgb(0 0 0 / 30%);
    }
  `;
}
