/** The queue as a whole: what is left of it, when it is done, and the buttons that govern it. */

import { LitElement, css, html, nothing } from "lit";
import { Actions, reason } from "./actions";
import { duration, moment, number } from "./format";
import { Printer } from "./printer";
import { isAway } from "./status";
import { line, shared } from "./style";
import { type Key, text } from "./text";
import type { Hass, PrinterView } from "./types";

const RUNS_LATER = new Set(["queue_paused", "print_error", "task_uncertain"]);

export class Heading extends LitElement {
  static override properties = {
    hass: { attribute: false },
    entity: {},
    view: { attribute: false },
    /** Plates that are still to print. */
    plates: { type: Number },
    controls: { type: Boolean },
    /** Whether the part that adds files is open; undefined where there is none. */
    adding: { attribute: false },
    problem: { state: true },
  };
  declare hass: Hass;
  declare entity: string;
  declare view: PrinterView;
  declare plates: number;
  declare controls: boolean;
  declare adding: boolean | undefined;
  declare problem: string;

  override render() {
    return html`<header>
        <div class="sums">
          <h2>${this.t("queue")}</h2>
          ${line(this.sums())}
        </div>
        ${this.controls ? this.runSwitch() : nothing}
        ${
          this.controls && this.adding !== undefined
            ? html`<button class="tonal" aria-expanded=${this.adding ? "true" : "false"} @click=${this.add}>
                <ha-icon icon="mdi:plus"></ha-icon>${this.t("add")}
              </button>`
            : nothing
        }
      </header>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}`;
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.hass.locale.language, key, values);
  }

  private sums(): string[] {
    if (!this.plates) return [];
    const { finish, printer_state, remaining_seconds } = this.view;
    const sums = [this.t("plates_to_print", { count: number(this.plates, this.hass.locale.language) })];
    if (remaining_seconds !== null)
      sums.push(this.t("minutes_left", { time: duration(remaining_seconds, this.hass.locale.language) }));
    if (finish && !isAway(printer_state)) sums.push(this.t("done_at", { moment: moment(finish, this.hass) }));
    return sums;
  }

  /** While the notice says what has to be done first, or has this button itself, there is none here. */
  private runSwitch() {
    const id = new Printer(this.hass, this.entity).id("switch.queue_running");
    const { running, waiting_for } = this.view;
    if (!id || (!running && RUNS_LATER.has(waiting_for))) return nothing;
    const key = running ? "pause_queue" : "run_queue";
    return html`<button
      class="tonal run"
      title=${this.t(key)}
      aria-label=${this.t(key)}
      @click=${() => this.run(id, !running)}
    >
      <ha-icon icon=${running ? "mdi:pause" : "mdi:play"}></ha-icon><span>${this.t(key)}</span>
    </button>`;
  }

  private add() {
    this.dispatchEvent(new CustomEvent("add"));
  }

  private async run(switchId: string, on: boolean) {
    this.problem = "";
    try {
      await new Actions(this.hass, this.entity).running(switchId, on);
    } catch (error) {
      this.problem = reason(error);
    }
  }

  static override styles = [
    shared,
    css`
      header {
        align-items: center;
        display: flex;
        gap: 8px;
        margin-bottom: 4px;
        min-height: 44px;
      }
      .sums {
        flex: 1;
        min-width: 0;
      }
      @container card (max-width: 560px) {
        .run {
          min-width: 36px;
          padding: 0;
        }
        .run span {
          display: none;
        }
      }
    `,
  ];
}
