/** One task of the queue. */

import { css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { TaskChange } from "./actions";
import { duration, number, span } from "./format";
import { Part } from "./part";
import { statusShown, timesShown } from "./status";
import { named } from "./style";
import { ENDED, OVERRIDES, type Override, type Task, following } from "./types";

const ICONS: Record<Override, string> = {
  bed_leveling: "mdi:grid",
  flow_calibration: "mdi:water-outline",
  timelapse: "mdi:video-outline",
};

/** What a person wants done with this task; the queue does it. */
export type Wish =
  | { kind: "change"; change: TaskChange }
  | { kind: "retry" }
  | { kind: "remove" }
  | { kind: "move"; by: -1 | 1 };

export class Row extends Part {
  @property({ attribute: false }) task!: Task;
  /** State of the printer, for the task whose plate is in it. */
  @property({ attribute: false }) printerState = "";
  /** When the first waiting plate starts. */
  @property({ attribute: false }) plannedFrom: string | null = null;
  @property({ attribute: false }) controls = false;
  @state() private open = false;

  /** Home Assistant sets a new `hass` many times a second: a row is rendered only when its task changes. */
  override shouldUpdate(changed: Map<string, unknown>) {
    return changed.size > 1 || !changed.has("hass") || !this.hasUpdated;
  }

  /** Sortable drags a copy of the element: without its task it would be empty. */
  override cloneNode(deep?: boolean): Node {
    const { hass, task, printerState, plannedFrom, controls } = this;
    return Object.assign(super.cloneNode(deep), { hass, task, printerState, plannedFrom, controls });
  }

  override focus() {
    this.renderRoot.querySelector<HTMLElement>(".handle")?.focus();
  }

  override render() {
    const { task } = this;
    const ended = ENDED.has(task.status);
    const movable = this.controls && task.copies_waiting > 0;
    const status = statusShown(task, this.printerState);
    return html`
      <div class="lead">
        ${movable
          ? html`<button class="handle" aria-label=${this.t("move", { name: task.name })} @keydown=${this.key}>
              <ha-icon icon="mdi:drag-vertical"></ha-icon>
            </button>`
          : this.controls && !ended
            ? html`<span class="handle"></span>`
            : nothing}
        ${this.picture(task.thumbnail, html`<ha-icon icon="mdi:cube-outline"></ha-icon>`)}
      </div>
      <div class="what">${named(task.name, this.details())}</div>
      <div class="count">
        <span class="status ${status}">${this.word("status", status)}</span>
        <bdi class="muted">${this.copies()}</bdi>
      </div>
      ${this.controls
        ? html`<button
            class="icon"
            aria-expanded=${this.open ? "true" : "false"}
            aria-label=${this.labeled(this.t("more"), task.name)}
            @click=${() => (this.open = !this.open)}
          >
            <ha-icon icon=${this.open ? "mdi:chevron-up" : "mdi:chevron-down"}></ha-icon>
          </button>`
        : nothing}
      ${this.open && this.controls ? this.controlsOf(ended) : nothing}
    `;
  }

  private copies(): string {
    const [done, copies] = [this.task.copies_done, this.task.copies].map((count) => number(count, this.language));
    return this.t("copies_of", { done: done!, copies: copies! });
  }

  private details(): string[] {
    const { task } = this;
    const facts = [this.t("plate", { plate: task.plate }), duration(task.duration, this.language)];
    const times = timesShown(task, this.plannedFrom);
    if (task.hold_reason) {
      const hold = this.word("hold", task.hold_reason);
      if (task.status !== "held") facts.push(this.t("rest_held", { hold }));
      else if (task.hold_reason !== "by_user") facts.push(hold);
    } else if (times && statusShown(task, this.printerState) !== "no_contact") facts.push(span(...times, this.hass));
    if (!ENDED.has(task.status)) {
      if (task.copies_failed) facts.push(this.t("copies_failed", { count: task.copies_failed }));
      if (task.copies_cancelled) facts.push(this.t("copies_cancelled", { count: task.copies_cancelled }));
    }
    return facts;
  }

  private controlsOf(ended: boolean) {
    const { task } = this;
    const held = task.hold_reason !== null;
    return html`<div class="controls">
      ${ended
        ? nothing
        : html`
            ${OVERRIDES.map(
              (key) =>
                html`<button
                  class="tonal"
                  aria-pressed=${task[key] === "auto" ? "mixed" : task[key] ? "true" : "false"}
                  @click=${() => this.change({ [key]: following(key, task[key]) })}
                >
                  <ha-icon icon=${ICONS[key]}></ha-icon>${this.setting(key, task[key])}
                </button>`,
            )}
            <span class="stepper" role="group" aria-label=${this.t("copies")}>
              <button
                class="icon"
                aria-label=${this.t("copies_less")}
                ?disabled=${task.copies <= 1 || task.copies_waiting < 1}
                @click=${() => this.change({ copies: task.copies - 1 })}
              >
                <ha-icon icon="mdi:minus"></ha-icon>
              </button>
              <input
                type="number"
                min="1"
                max="100000"
                aria-label=${this.t("copies")}
                .value=${String(task.copies)}
                @change=${this.copiesTyped}
              />
              <button
                class="icon"
                aria-label=${this.t("copies_more")}
                @click=${() => this.change({ copies: task.copies + 1 })}
              >
                <ha-icon icon="mdi:plus"></ha-icon>
              </button>
            </span>
            <button class="tonal" @click=${() => this.change({ hold: !held })}>
              <ha-icon icon=${held ? "mdi:play-circle-outline" : "mdi:pause-circle-outline"}></ha-icon>
              ${this.t(held ? "release" : "hold")}
            </button>
          `}
      ${task.status === "failed" || task.status === "cancelled"
        ? html`<button class="tonal" @click=${() => this.wish({ kind: "retry" })}>
            <ha-icon icon="mdi:replay"></ha-icon>${this.t("retry")}
          </button>`
        : nothing}
      <button class="tonal" @click=${() => this.wish({ kind: "remove" })}>
        <ha-icon icon="mdi:delete-outline"></ha-icon>${this.t("remove")}
      </button>
    </div>`;
  }

  private copiesTyped(event: Event) {
    const input = event.target as HTMLInputElement;
    const copies = Math.round(Number(input.value));
    if (copies >= 1 && copies !== this.task.copies) this.change({ copies });
    else input.value = String(this.task.copies);
  }

  private key(event: KeyboardEvent) {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : undefined;
    if (!by) return;
    event.preventDefault();
    this.wish({ kind: "move", by });
  }

  private change(change: TaskChange) {
    this.wish({ kind: "change", change });
  }

  private wish(detail: Wish) {
    this.dispatchEvent(new CustomEvent<Wish>("wish", { detail, bubbles: true, composed: true }));
  }

  static override styles = css`
    :host {
      align-items: center;
      border-block-end: 1px solid var(--divider-color);
      display: grid;
      gap: 0 10px;
      grid-template-columns: auto minmax(0, 1fr) auto auto;
      padding: 6px 0;
    }
    .lead {
      align-items: center;
      display: flex;
      gap: 8px;
    }
    .handle {
      cursor: grab;
      padding: 0;
      width: 28px;
      touch-action: none;
    }
    span.handle {
      cursor: default;
    }
    .picture {
      height: 44px;
      width: 44px;
    }
    .what .muted {
      font-size: 12px;
    }
    .count {
      display: grid;
      font-size: 12px;
      gap: 2px;
      justify-items: end;
    }
    .status {
      border-radius: 9px;
      padding: 0 7px;
    }
    .waiting,
    .finished,
    .cancelled {
      color: var(--secondary-text-color);
      padding: 0;
    }
    .printing,
    .preparing,
    .starting,
    .uploading {
      background: color-mix(in srgb, var(--primary-color) 20%, transparent);
    }
    .held,
    .paused,
    .no_contact,
    .uncertain {
      background: color-mix(in srgb, var(--warning-color, #ffa600) 24%, transparent);
    }
    .failed {
      background: color-mix(in srgb, var(--error-color) 22%, transparent);
    }
    .controls {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
      grid-column: 1 / -1;
      padding: 6px 0 4px;
    }
    .stepper {
      align-items: center;
      display: inline-flex;
    }
    .stepper input {
      min-width: 0;
      text-align: center;
      width: 72px;
    }
    @container card (max-width: 330px) {
      :host {
        column-gap: 4px;
      }
      .lead {
        gap: 4px;
      }
      .handle {
        width: 20px;
      }
      .picture {
        height: 32px;
        width: 32px;
      }
    }
  `;
}
