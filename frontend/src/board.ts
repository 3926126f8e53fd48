/** The printer at a glance: picture, progress, temperatures, and why nothing starts. */

import { LitElement, css, html, nothing, svg } from "lit";
import { Actions, reason } from "./actions";
import { countdown, duration, moment, number } from "./format";
import { Printer } from "./printer";
import { shared } from "./style";
import { type Key, text, word } from "./text";
import type { Hass, QueueState, Task } from "./types";

const RADIUS = 46;
const AROUND = 2 * Math.PI * RADIUS;
/** Reasons of a healthy line at work; anything else is said in a notice. */
const CALM = new Set(["printing", "nothing", "queue_empty", "cooldown", "uploading"]);
const CLEARED_BY_A_PERSON = new Set(["plate_not_clear", "print_failed", "plates_empty"]);
const IN_REPAIRS = new Set(["print_error", "hms_error", "developer_mode_off", "no_storage"]);

export class Board extends LitElement {
  static override properties = {
    hass: { attribute: false },
    entity: {},
    queue: { attribute: false },
    tasks: { attribute: false },
    controls: { type: Boolean },
    problem: { state: true },
  };
  declare hass: Hass;
  declare entity: string;
  declare queue: QueueState;
  declare tasks: Task[];
  declare controls: boolean;
  declare problem: string;
  private timer: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stopClock();
  }

  override render() {
    const printer = new Printer(this.hass, this.entity);
    const language = this.hass.locale.language;
    const end = printer.state("sensor.cooldown_end")?.state;
    const cooling = end ? (new Date(end).getTime() - Date.now()) / 1000 : 0;
    this.keepClock(cooling > 0);
    return html`
      <div class="top">
        ${this.ring(printer)}
        <div class="facts">
          <div class="state">${printer.text("sensor.printer_state")}</div>
          ${this.current(printer)}
          <dl>
            ${this.fact("nozzle", this.degrees(printer, "nozzle_temperature"))}
            ${this.fact("bed", this.degrees(printer, "bed_temperature"))}
            ${cooling > 0 ? this.fact("cooldown", countdown(cooling)) : nothing}
            ${printer.value("number.plates_left") === undefined
              ? nothing
              : this.fact("plates_left", number(printer.value("number.plates_left")!, language))}
          </dl>
        </div>
      </div>
      ${this.notice(printer)}
      <div class="sums">
        ${this.fact("remaining", duration(this.queue.remaining_seconds, language))}
        ${this.fact("finish", moment(this.queue.finish, this.hass))} ${this.runSwitch(printer)}
      </div>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
    `;
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.hass.locale.language, key, values);
  }

  private fact(key: Key, value: string) {
    return html`<div>
      <dt class="muted">${this.t(key)}</dt>
      <dd>${value}</dd>
    </div>`;
  }

  private degrees(printer: Printer, key: string) {
    const value = printer.value(`sensor.${key}`);
    return value === undefined ? "–" : `${number(value, this.hass.locale.language)} °C`;
  }

  private ring(printer: Printer) {
    const percent = printer.value("sensor.progress");
    const picture = printer.state("image.thumbnail")?.attributes["entity_picture"] as string | undefined;
    const label = percent === undefined ? this.t("progress") : `${this.t("progress")} ${Math.round(percent)} %`;
    return html`<div class="ring" role="img" aria-label=${label}>
      ${picture ? html`<img class="picture" src=${this.hass.hassUrl(picture)} alt="" />` : nothing}
      <svg viewBox="0 0 100 100" aria-hidden="true">
        ${svg`<circle cx="50" cy="50" r=${RADIUS} class="track"></circle>
          <circle cx="50" cy="50" r=${RADIUS} class="done"
            stroke-dasharray=${AROUND}
            stroke-dashoffset=${AROUND * (1 - (percent ?? 0) / 100)}></circle>`}
      </svg>
      ${percent === undefined ? nothing : html`<span class="percent">${Math.round(percent)} %</span>`}
    </div>`;
  }

  private current(printer: Printer) {
    const task = this.tasks.find((one) => one.status === "printing" || one.status === "starting");
    if (!task) return nothing;
    const minutes = printer.value("sensor.remaining_time");
    return html`<div class="current">
      <strong>${task.name}</strong>
      ${minutes === undefined
        ? nothing
        : html`<span class="muted">
            ${this.t("minutes_left", { time: duration(minutes * 60, this.hass.locale.language) })}
          </span>`}
    </div>`;
  }

  /** In plain words why nothing starts, with the one button that resolves it. */
  private notice(printer: Printer) {
    const why = this.queue.waiting_for;
    if (CALM.has(why)) return nothing;
    const message = printer.state("sensor.print_error")?.attributes["message"];
    return html`<div class="notice ${IN_REPAIRS.has(why) ? "alarm" : ""}" role="status">
      <ha-icon icon=${IN_REPAIRS.has(why) ? "mdi:alert-circle-outline" : "mdi:information-outline"}></ha-icon>
      <div class="why">
        ${word(this.hass.locale.language, "why", why)}
        ${why === "print_error" && message ? html`<div class="muted">${message}</div>` : nothing}
      </div>
      ${this.controls ? this.remedy(why, printer) : nothing}
    </div>`;
  }

  private remedy(why: string, printer: Printer) {
    const actions = new Actions(this.hass, this.entity);
    if (CLEARED_BY_A_PERSON.has(why) && why !== "plates_empty")
      return this.button("confirm_plate", () => actions.confirmPlateClear());
    const running = printer.id("switch.queue_running");
    if (why === "queue_paused" && running) return this.button("run_queue", () => actions.running(running, true));
    const uncertain = this.tasks.find((task) => task.status === "uncertain");
    if (why === "task_uncertain" && uncertain)
      return html`<span>${this.t("did_it_print")}</span>
        ${this.button("yes", () => actions.resolve(uncertain.task_id, "printed"))}
        ${this.button("no", () => actions.resolve(uncertain.task_id, "not_started"))}`;
    if (IN_REPAIRS.has(why)) return html`<a class="link" href="/config/repairs">${this.t("open_repairs")}</a>`;
    return nothing;
  }

  private button(key: Key, act: () => Promise<unknown>) {
    return html`<button class="main" @click=${() => this.do(act)}>${this.t(key)}</button>`;
  }

  private runSwitch(printer: Printer) {
    const id = printer.id("switch.queue_running");
    if (!id || !this.controls) return nothing;
    const on = this.queue.running;
    return html`<button
      class="tonal run"
      @click=${() => this.do(() => new Actions(this.hass, this.entity).running(id, !on))}
    >
      <ha-icon icon=${on ? "mdi:pause" : "mdi:play"}></ha-icon>
      ${this.t(on ? "pause_queue" : "run_queue")}
    </button>`;
  }

  private async do(act: () => Promise<unknown>) {
    this.problem = "";
    try {
      await act();
    } catch (error) {
      this.problem = reason(error);
    }
  }

  /** Count the cooldown down, and only then look at the clock each second. */
  private keepClock(wanted: boolean) {
    if (wanted && !this.timer) this.timer = setInterval(() => this.requestUpdate(), 1000);
    if (!wanted) this.stopClock();
  }

  private stopClock() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  static override styles = [
    shared,
    css`
      .top {
        display: flex;
        flex-wrap: wrap;
        gap: 16px;
      }
      .ring {
        flex: none;
        height: 132px;
        position: relative;
        width: 132px;
      }
      .ring .picture {
        background: none;
        border-radius: 50%;
        height: 92px;
        inset: 20px;
        position: absolute;
        width: 92px;
      }
      svg {
        inset: 0;
        position: absolute;
        transform: rotate(-90deg);
      }
      circle {
        fill: none;
        stroke-width: 6;
      }
      .track {
        stroke: var(--divider-color);
      }
      .done {
        stroke: var(--primary-color);
        stroke-linecap: round;
        transition: stroke-dashoffset 0.6s;
      }
      .percent {
        background: var(--card-background-color);
        border-radius: 10px;
        bottom: -2px;
        font-weight: 500;
        inset-inline: 0;
        margin: auto;
        padding: 0 6px;
        position: absolute;
        text-align: center;
        width: fit-content;
      }
      .facts {
        flex: 1;
        min-width: 150px;
      }
      .state {
        font-size: 20px;
        font-weight: 500;
      }
      .current {
        display: flex;
        flex-wrap: wrap;
        gap: 0 8px;
        overflow-wrap: anywhere;
      }
      dl,
      .sums {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 20px;
        margin: 8px 0 0;
      }
      dt {
        font-size: 12px;
      }
      dd {
        font-variant-numeric: tabular-nums;
        font-weight: 500;
        margin: 0;
      }
      .sums {
        align-items: center;
        margin-top: var(--gap);
      }
      .run {
        margin-inline-start: auto;
      }
      .notice {
        align-items: center;
        background: color-mix(in srgb, var(--warning-color, #ffa600) 14%, transparent);
        border-radius: 12px;
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        margin-top: var(--gap);
        padding: 10px 12px;
      }
      .notice.alarm {
        background: color-mix(in srgb, var(--error-color) 14%, transparent);
      }
      .why {
        flex: 1;
        min-width: 140px;
      }
      .link {
        color: var(--primary-color);
        font-weight: 500;
      }
    `,
  ];
}

customElements.define("bambu-batch-board", Board);
