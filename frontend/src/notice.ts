/** Why nothing starts, in plain words, with the one button that resolves it. */

import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Known } from "./feed";
import { Part } from "./part";
import { acceptable, isLeftOver, reasonShown } from "./status";
import type { Key } from "./text";

/** Reasons that need nobody: the board shows them. */
const CALM = new Set(["printing", "nothing", "queue_empty", "cooldown", "uploading"]);
const ALARMING = new Set(["print_error", "hms_error", "developer_mode_off", "no_storage", "store_failed"]);
/** Home Assistant's repairs lead through these. */
const IN_REPAIRS = new Set(["print_error", "developer_mode_off"]);
/** Pauses that have a cause. */
const CAUSED = new Set(["upload_failed", "start_refused"]);
const CLEARED_BY_A_PERSON = new Set(["plate_not_clear", "print_failed"]);

export class Notice extends Part {
  @property({ attribute: false }) known!: Known;

  override render() {
    const why = reasonShown(this.known.printer);
    if (CALM.has(why)) return nothing;
    const alarming = ALARMING.has(why);
    return html`<div class="notice ${alarming ? "alarm" : ""}" role="status">
        <ha-icon icon=${alarming ? "mdi:alert-circle-outline" : "mdi:information-outline"}></ha-icon>
        <div class="why" dir="auto">
          <div>${this.word("why", why)}</div>
          ${this.details(why)}
        </div>
        ${this.known.mayControl ? this.remedy(why) : nothing} ${this.health(why)}
      </div>
      ${this.shownProblem()}`;
  }

  private details(why: string) {
    const { bed_temperature, bed_wanted, cause, current, paused_by, print_error } = this.known.printer;
    if (print_error)
      return html`<div class="muted">
        <a href=${print_error.url} target="_blank" rel="noreferrer">${print_error.code}</a>
        ${this.attribute("sensor.print_error", "message")}
      </div>`;
    const task = this.known.tasks.find((one) => one.task_id === current?.task_id);
    if (why === "task_uncertain" && task && current)
      return this.muted(`${task.name} · ${this.t("copy_of", { copy: current.copy, copies: task.copies })}`);
    if (why === "bed_hot" && bed_wanted !== null)
      return this.muted(this.t("bed_cools", { now: bed_temperature ?? "–", wanted: bed_wanted }));
    if (why === "no_storage" && cause) return this.muted(this.cause(cause));
    if (why === "queue_paused" && paused_by) {
      const words = this.word("paused", paused_by);
      return this.muted(cause && CAUSED.has(paused_by) ? `${words} – ${this.cause(cause)}` : words);
    }
    return nothing;
  }

  /** Every health entry that blocks, even beside another reason; with several, each has its own button. */
  private health(why: string) {
    const entries = acceptable(this.known.printer);
    const each = this.known.mayControl && (entries.length > 1 || why !== "hms_error");
    return entries.map(
      ({ code, message, risk, url }) =>
        html`<div class="entry muted">
          <span>
            <a href=${url} target="_blank" rel="noreferrer">${code}</a> ${this.word("health", message)}
            ${risk ? html`<br />${this.t("accept_risk")}` : nothing}
          </span>
          ${each ? this.button("accept_health", () => this.act("accept_health", { code: [code] })) : nothing}
        </div>`,
    );
  }

  private cause(cause: string) {
    return this.attribute("sensor.waiting_for", "cause") || cause;
  }

  /** An attribute's text in the user's language; empty without the entity. */
  private attribute(key: string, attribute: string) {
    const state = this.printer.state(key);
    return state ? this.hass.formatEntityAttributeValue(state, attribute) : "";
  }

  private muted(words: string) {
    return html`<div class="muted">${words}</div>`;
  }

  private remedy(why: string) {
    const { current, plate_stack } = this.known.printer;
    if (CLEARED_BY_A_PERSON.has(why)) return this.button("confirm_plate", () => this.act("confirm_plate_clear", {}));
    const code = acceptable(this.known.printer).map((entry) => entry.code);
    if (why === "hms_error" && code.length)
      return this.button(code.length > 1 ? "accept_all" : "accept_health", () => this.act("accept_health", { code }));
    if (why === "print_error" && isLeftOver(this.known.printer))
      return this.button("close_code", () => this.act("close_print_error", {}));
    const running = this.printer.id("switch.queue_running");
    if (why === "queue_paused" && running) return this.button("run_queue", () => this.turn(running, true));
    if (why === "print_paused") return this.button("resume_print", () => this.act("resume_print", {}));
    const entity_id = this.printer.id("number.plates_left");
    if (why === "plates_empty" && entity_id)
      return this.button("refilled", () =>
        this.try(() => this.hass.callService("number", "set_value", { value: plate_stack }, { entity_id }, false)),
      );
    if (why === "task_uncertain" && current?.uncertain) {
      const { task_id } = current;
      return html`<span class="question">${this.t("did_it_print")}</span> ${this.button("yes", () =>
          this.act("resolve_task", { task_id, outcome: "printed" }),
        )}
        ${this.button("no", () => this.act("resolve_task", { task_id, outcome: "not_started" }))}`;
    }
    if (IN_REPAIRS.has(why) && this.hass.user?.is_admin)
      return html`<a class="main" href="/config/repairs">${this.t("open_repairs")}</a>`;
    return nothing;
  }

  private button(key: Key, act: () => unknown) {
    return html`<button class="main" @click=${act}>${this.t(key)}</button>`;
  }

  static override styles = css`
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
  `;
}
