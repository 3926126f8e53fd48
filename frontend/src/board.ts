/** The printer at a glance: picture, progress, temperatures, and why nothing starts. */

import { LitElement, css, html, nothing, svg } from "lit";
import { Actions, reason } from "./actions";
import { countdown, duration, moment, number } from "./format";
import { Printer } from "./printer";
import { shared } from "./style";
import { type Key, text, word } from "./text";
import type { Hass, PrinterView, Task } from "./types";

const RADIUS = 46;
const AROUND = 2 * Math.PI * RADIUS;
/** Reasons of a healthy line at work; anything else is said in a notice. */
const CALM = new Set(["printing", "nothing", "queue_empty", "cooldown", "uploading"]);
const CLEARED_BY_A_PERSON = new Set(["plate_not_clear", "print_failed"]);
const IN_REPAIRS = new Set(["print_error", "hms_error", "developer_mode_off", "no_storage"]);

export class Board extends LitElement {
  static override properties = {
    hass: { attribute: false },
    entity: {},
    view: { attribute: false },
    tasks: { attribute: false },
    controls: { type: Boolean },
    problem: { state: true },
  };
  declare hass: Hass;
  declare entity: string;
  declare view: PrinterView;
  declare tasks: Task[];
  declare controls: boolean;
  declare problem: string;
  private timer: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stopClock();
  }

  override render() {
    const { view } = this;
    const { language } = this.hass.locale;
    const cooling = view.cooldown_end ? (new Date(view.cooldown_end).getTime() - Date.now()) / 1000 : 0;
    this.keepClock(cooling > 0);
    return html`
      <div class="top">
        ${this.ring()}
        <div class="facts">
          <div class="state">${this.printer.text("sensor.printer_state")}</div>
          ${this.current()}
          <dl>
            ${this.fact("nozzle", this.degrees(view.nozzle_temperature, view.nozzle_target))}
            ${this.fact("bed", this.degrees(view.bed_temperature, view.bed_target))}
            ${cooling > 0 ? this.fact("cooldown", countdown(cooling)) : nothing}
            ${view.plate_stack ? this.fact("plates_left", number(view.plates_left, language)) : nothing}
          </dl>
        </div>
      </div>
      ${this.notice()}
      <dl class="sums">
        ${this.fact("remaining", duration(view.remaining_seconds, language))}
        ${this.fact("finish", moment(view.finish, this.hass))}
      </dl>
      ${this.runSwitch()}
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
    `;
  }

  private get printer() {
    return new Printer(this.hass, this.entity);
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

  private degrees(now: number | null, target: number | null) {
    if (now === null) return "–";
    const { language } = this.hass.locale;
    return `${number(now, language)}${target ? ` / ${number(target, language)}` : ""} °C`;
  }

  private ring() {
    const percent = this.view.progress;
    const picture = this.printer.state("image.thumbnail")?.attributes["entity_picture"] as string | undefined;
    const label = percent === null ? this.t("progress") : `${this.t("progress")} ${Math.round(percent)} %`;
    return html`<div class="ring" role="img" aria-label=${label}>
      ${picture ? html`<img class="picture" src=${this.hass.hassUrl(picture)} alt="" />` : nothing}
      <svg viewBox="0 0 100 100" aria-hidden="true">
        ${svg`<circle cx="50" cy="50" r=${RADIUS} class="track"></circle>
          <circle cx="50" cy="50" r=${RADIUS} class="done"
            stroke-dasharray=${AROUND}
            stroke-dashoffset=${AROUND * (1 - (percent ?? 0) / 100)}></circle>`}
      </svg>
      ${percent === null ? nothing : html`<span class="percent">${Math.round(percent)} %</span>`}
    </div>`;
  }

  private current() {
    const { current, remaining_minutes } = this.view;
    const task = current ? this.tasks.find((one) => one.task_id === current.task_id) : undefined;
    if (!task || !current) return nothing;
    return html`<div class="current">
      <strong>${task.name}</strong>
      <span class="muted">${this.t("copies_of", { done: current.copy, copies: task.copies })}</span>
      ${remaining_minutes === null
        ? nothing
        : html`<span class="muted">
            ${this.t("minutes_left", { time: duration(remaining_minutes * 60, this.hass.locale.language) })}
          </span>`}
    </div>`;
  }

  /** In plain words why nothing starts, with the one button that resolves it. */
  private notice() {
    const why = this.view.waiting_for;
    if (CALM.has(why)) return nothing;
    const error = this.view.print_error;
    const state = this.printer.state("sensor.print_error");
    const message = state && this.hass.formatEntityAttributeValue(state, "message");
    return html`<div class="notice ${IN_REPAIRS.has(why) ? "alarm" : ""}" role="status">
      <ha-icon icon=${IN_REPAIRS.has(why) ? "mdi:alert-circle-outline" : "mdi:information-outline"}></ha-icon>
      <div class="why">
        ${word(this.hass.locale.language, "why", why)}
        ${error
          ? html`<div class="muted">
              <a href=${error.url} target="_blank" rel="noreferrer">${error.code}</a> ${message ?? ""}
            </div>`
          : nothing}
      </div>
      ${this.controls ? this.remedy(why) : nothing}
    </div>`;
  }

  private remedy(why: string) {
    const actions = new Actions(this.hass, this.entity);
    if (CLEARED_BY_A_PERSON.has(why)) return this.button("confirm_plate", () => actions.confirmPlateClear());
    const running = this.printer.id("switch.queue_running");
    if (why === "queue_paused" && running) return this.button("run_queue", () => actions.running(running, true));
    const uncertain = this.view.current?.uncertain ? this.view.current.task_id : undefined;
    if (why === "task_uncertain" && uncertain)
      return html`<span>${this.t("did_it_print")}</span>
        ${this.button("yes", () => actions.resolve(uncertain, "printed"))}
        ${this.button("no", () => actions.resolve(uncertain, "not_started"))}`;
    if (IN_REPAIRS.has(why)) return html`<a class="link" href="/config/repairs">${this.t("open_repairs")}</a>`;
    return nothing;
  }

  private button(key: Key, act: () => Promise<unknown>) {
    return html`<button class="main" @click=${() => this.do(act)}>${this.t(key)}</button>`;
  }

  /** While the queue is paused the notice has this button already. */
  private runSwitch() {
    const id = this.printer.id("switch.queue_running");
    const { running, waiting_for } = this.view;
    if (!id || !this.controls || waiting_for === "queue_paused") return nothing;
    return html`<button
      class="tonal run"
      @click=${() => this.do(() => new Actions(this.hass, this.entity).running(id, !running))}
    >
      <ha-icon icon=${running ? "mdi:pause" : "mdi:play"}></ha-icon>
      ${this.t(running ? "pause_queue" : "run_queue")}
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
      dl {
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
        margin-top: var(--gap);
      }
      .run {
        margin-top: var(--gap);
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
        font-weight: 500;
      }
    `,
  ];
}
