/** One task of the queue. */

import { LitElement, css, html, nothing } from "lit";
import { duration, moment } from "./format";
import { shared } from "./style";
import { type Key, text, word } from "./text";
import { ENDED, type Hass, OVERRIDES, type Override, type Task } from "./types";

const ICONS: Record<Override, string> = {
  bed_leveling: "mdi:grid",
  flow_calibration: "mdi:water-outline",
  timelapse: "mdi:video-outline",
};

/** What a person wants of this task; the queue carries it out. */
export type Wish =
  | { kind: "override"; key: Override; on: boolean }
  | { kind: "copies"; copies: number }
  | { kind: "hold"; hold: boolean }
  | { kind: "retry" }
  | { kind: "remove" }
  | { kind: "move"; by: -1 | 1 };

export class Row extends LitElement {
  static override properties = {
    hass: { attribute: false },
    task: { attribute: false },
    controls: { type: Boolean },
    open: { type: Boolean, state: true },
  };
  declare hass: Hass;
  declare task: Task;
  declare controls: boolean;
  declare open: boolean;

  /** Home Assistant hands out a new `hass` many times a second: only the task makes a new row. */
  override shouldUpdate(changed: Map<string, unknown>) {
    return changed.size > 1 || !changed.has("hass") || !this.hasUpdated;
  }

  /** Sortable drags a copy of the element: without its task it would be empty. */
  override cloneNode(deep?: boolean): Node {
    const copy = super.cloneNode(deep) as Row;
    copy.hass = this.hass;
    copy.task = this.task;
    copy.controls = this.controls;
    return copy;
  }

  override focus() {
    this.renderRoot.querySelector<HTMLElement>(".handle")?.focus();
  }

  override render() {
    const { task } = this;
    const ended = ENDED.has(task.status);
    const movable = this.controls && task.copies_waiting > 0;
    return html`
      ${movable
        ? html`<button
            class="icon handle"
            aria-label=${this.t("move", { name: task.name })}
            @keydown=${this.key}
          >
            <ha-icon icon="mdi:drag-vertical"></ha-icon>
          </button>`
        : html`<span class="handle"></span>`}
      ${task.thumbnail
        ? html`<img class="picture" src=${this.hass.hassUrl(task.thumbnail)} alt="" loading="lazy" />`
        : html`<div class="picture none"><ha-icon icon="mdi:cube-outline"></ha-icon></div>`}
      <div class="what">
        <div class="name">${task.name}</div>
        <div class="muted">${this.details()}</div>
      </div>
      <div class="count">
        <span class="status ${task.status}">${word(this.language, "status", task.status)}</span>
        <span class="muted">
          ${this.t("copies_of", { done: task.copies_done, copies: task.copies })}
        </span>
      </div>
      ${this.controls
        ? html`<button
            class="icon"
            aria-expanded=${this.open ? "true" : "false"}
            aria-label="${this.t("more")}: ${task.name}"
            @click=${() => (this.open = !this.open)}
          >
            <ha-icon icon=${this.open ? "mdi:chevron-up" : "mdi:chevron-down"}></ha-icon>
          </button>`
        : nothing}
      ${this.open && this.controls ? this.controlsOf(ended) : nothing}
    `;
  }

  private get language() {
    return this.hass.locale.language;
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.language, key, values);
  }

  private details() {
    const { task } = this;
    const parts = [this.t("plate", { plate: task.plate }), duration(task.duration, this.language)];
    if (task.hold_reason) parts.push(word(this.language, "hold", task.hold_reason));
    else if (task.start && task.finish)
      parts.push(`${moment(task.start, this.hass)} – ${moment(task.finish, this.hass)}`);
    return parts.join(" · ");
  }

  private controlsOf(ended: boolean) {
    const { task } = this;
    return html`<div class="controls">
      ${ended
        ? nothing
        : html`
            ${OVERRIDES.map(
              (key) => html`<button
                class="tonal"
                aria-pressed=${task[key] ? "true" : "false"}
                @click=${() => this.wish({ kind: "override", key, on: !task[key] })}
              >
                <ha-icon icon=${ICONS[key]}></ha-icon>${this.t(key)}
              </button>`,
            )}
            <span class="stepper" role="group" aria-label=${this.t("copies")}>
              <button
                class="icon"
                aria-label=${this.t("copies_less")}
                ?disabled=${task.copies <= 1 || task.copies_waiting < 1}
                @click=${() => this.wish({ kind: "copies", copies: task.copies - 1 })}
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
                @click=${() => this.wish({ kind: "copies", copies: task.copies + 1 })}
              >
                <ha-icon icon="mdi:plus"></ha-icon>
              </button>
            </span>
            <button class="tonal" @click=${() => this.wish({ kind: "hold", hold: task.status !== "held" })}>
              <ha-icon icon=${task.status === "held" ? "mdi:play-circle-outline" : "mdi:pause-circle-outline"}></ha-icon>
              ${this.t(task.status === "held" ? "release" : "hold")}
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
    if (copies >= 1 && copies !== this.task.copies) this.wish({ kind: "copies", copies });
    else input.value = String(this.task.copies);
  }

  private key(event: KeyboardEvent) {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : undefined;
    if (!by) return;
    event.preventDefault();
    this.wish({ kind: "move", by });
  }

  private wish(detail: Wish) {
    this.dispatchEvent(new CustomEvent<Wish>("wish", { detail, bubbles: true, composed: true }));
  }

  static override styles = [
    shared,
    css`
      :host {
        align-items: center;
        background: var(--card-background-color);
        border-block-end: 1px solid var(--divider-color);
        display: grid;
        gap: 0 10px;
        grid-template-columns: auto 44px minmax(0, 1fr) auto auto;
        padding: 6px 0;
      }
      .handle {
        cursor: grab;
        min-width: 28px;
        padding: 0;
        touch-action: none;
      }
      span.handle {
        cursor: default;
      }
      .picture {
        height: 44px;
        width: 44px;
      }
      .none {
        display: grid;
        place-items: center;
      }
      .name {
        font-weight: 500;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .what .muted {
        font-size: 12px;
      }
      .count {
        display: grid;
        font-size: 12px;
        justify-items: end;
      }
      .status {
        border-radius: 9px;
        padding: 0 7px;
      }
      .printing,
      .starting,
      .uploading {
        background: color-mix(in srgb, var(--primary-color) 20%, transparent);
      }
      .held,
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
    `,
  ];
}
