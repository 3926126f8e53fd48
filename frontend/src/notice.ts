/** In plain words why nothing starts, with the one button that resolves it. */

import { LitElement, css, html, nothing } from "lit";
import { Actions, reason } from "./actions";
import { Printer } from "./printer";
import { acceptable, isLeftOver, reasonShown } from "./status";
import { shared } from "./style";
import { type Key, text, word } from "./text";
import type { Hass, PrinterView, Task } from "./types";

/** Reasons of a healthy line at work: the board itself says them. */
const CALM = new Set(["printing", "nothing", "queue_empty", "cooldown", "uploading"]);
const ALARMING = new Set(["print_error", "hms_error", "developer_mode_off", "no_storage", "store_failed"]);
/** Home Assistant's repairs lead through these. */
const IN_REPAIRS = new Set(["print_error", "developer_mode_off"]);
/** Pauses with something behind them. */
const CAUSED = new Set(["upload_failed", "start_refused"]);
const CLEARED_BY_A_PERSON = new Set(["plate_not_clear", "print_failed"]);

export class Notice extends LitElement {
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

  override render() {
    const why = reasonShown(this.view);
    if (CALM.has(why)) return nothing;
    const alarming = ALARMING.has(why);
    return html`<div class="notice ${alarming ? "alarm" : ""}" role="status">
        <ha-icon icon=${alarming ? "mdi:alert-circle-outline" : "mdi:information-outline"}></ha-icon>
        <div class="why" dir="auto">
          <div>${word(this.hass.locale.language, "why", why)}</div>
          ${this.more(why)}
        </div>
        ${this.controls ? this.remedy(why) : nothing} ${this.health(why)}
      </div>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}`;
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.hass.locale.language, key, values);
  }

  /** The particulars of a reason. */
  private more(why: string) {
    const { bed_temperature, bed_wanted, cause, current, paused_by, print_error } = this.view;
    if (print_error) {
      const state = new Printer(this.hass, this.entity).state("sensor.print_error");
      const message = state && this.hass.formatEntityAttributeValue(state, "message");
      return html`<div class="muted">
        <a href=${print_error.url} target="_blank" rel="noreferrer">${print_error.code}</a> ${message ?? ""}
      </div>`;
    }
    const task = this.tasks.find((one) => one.task_id === current?.task_id);
    if (why === "task_uncertain" && task && current)
      return this.muted(`${task.name} · ${this.t("copy_of", { copy: current.copy, copies: task.copies })}`);
    if (why === "bed_hot" && bed_wanted !== null)
      return this.muted(this.t("bed_cools", { now: bed_temperature ?? "–", wanted: bed_wanted }));
    if (why === "no_storage" && cause) return this.muted(this.cause(cause));
    if (why === "queue_paused" && paused_by) {
      const words = word(this.hass.locale.language, "paused", paused_by);
      return this.muted(cause && CAUSED.has(paused_by) ? `${words} – ${this.cause(cause)}` : words);
    }
    return nothing;
  }

  /** Each blocking entry, whatever comes first, and what may happen; each can be accepted by itself. */
  private health(why: string) {
    const entries = acceptable(this.view);
    const actions = new Actions(this.hass, this.entity);
    const each = this.controls && (entries.length > 1 || why !== "hms_error");
    return entries.map(
      ({ code, message, risk, url }) =>
        html`<div class="entry muted">
          <span>
            <a href=${url} target="_blank" rel="noreferrer">${code}</a>
            ${word(this.hass.locale.language, "health", message)}
            ${risk ? html`<br />${this.t("accept_risk")}` : nothing}
          </span>
          ${each ? this.button("accept_health", () => actions.acceptHealth([code])) : nothing}
        </div>`,
    );
  }

  private cause(cause: string) {
    const state = new Printer(this.hass, this.entity).state("sensor.waiting_for");
    return (state && this.hass.formatEntityAttributeValue(state, "cause")) || cause;
  }

  private muted(words: string) {
    return html`<div class="muted">${words}</div>`;
  }

  private remedy(why: string) {
    const actions = new Actions(this.hass, this.entity);
    const printer = new Printer(this.hass, this.entity);
    if (CLEARED_BY_A_PERSON.has(why)) return this.button("confirm_plate", () => actions.confirmPlateClear());
    const codes = acceptable(this.view).map((entry) => entry.code);
    if (why === "hms_error" && codes.length)
      return this.button(codes.length > 1 ? "accept_all" : "accept_health", () => actions.acceptHealth(codes));
    if (why === "print_error" && isLeftOver(this.view))
      return this.button("close_code", () => actions.closePrintError());
    const running = printer.id("switch.queue_running");
    if (why === "queue_paused" && running) return this.button("run_queue", () => actions.running(running, true));
    if (why === "print_paused") return this.button("resume_print", () => actions.print("resume_print"));
    const plates = printer.id("number.plates_left");
    if (why === "plates_empty" && plates)
      return this.button("refilled", () => actions.platesLeft(plates, this.view.plate_stack));
    const uncertain = this.view.current?.uncertain ? this.view.current.task_id : undefined;
    if (why === "task_uncertain" && uncertain)
      return html`<span class="question">${this.t("did_it_print")}</span>
        ${this.button("yes", () => actions.resolve(uncertain, "printed"))}
        ${this.button("no", () => actions.resolve(uncertain, "not_started"))}`;
    if (IN_REPAIRS.has(why) && this.hass.user?.is_admin)
      return html`<a class="main" href="/config/repairs">${this.t("open_repairs")}</a>`;
    return nothing;
  }

  private button(key: Key, act: () => Promise<unknown>) {
    return html`<button class="main" @click=${() => this.do(act)}>${this.t(key)}</button>`;
  }

  private async do(act: () => Promise<unknown>) {
    this.problem = "";
    try {
      await act();
    } catch (error) {
      this.problem = reason(error);
    }
  }

  static override styles = [
    shared,
    css`
      .notice {
        align-items: center;
        background: color-mix(in srgb, var(--warning-color, #ffa600) 14%, transparent);
        border-radius: 12px;
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        margin-top: 16px;
        padding: 10px 12px;
      }
      .notice.alarm {
        background: color-mix(in srgb, var(--error-color) 14%, transparent);
      }
      .why {
        flex: 1;
        min-width: 150px;
        overflow-wrap: anywhere;
      }
      .why > :first-child {
        font-weight: 500;
      }
      .entry {
        align-items: center;
        display: flex;
        flex-basis: 100%;
        gap: 12px;
      }
      .entry .main {
        flex: none;
      }
      .main {
        margin-inline-start: auto;
      }
      .main + .main {
        margin-inline-start: 0;
      }
      .question {
        flex-basis: 100%;
      }
    `,
  ];
}
