/** The queue as a whole: what is left of it, when it will be done, and its buttons. */

import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Known } from "./feed";
import { duration, moment, number } from "./format";
import { Part } from "./part";
import { endedCopies, isAway } from "./status";
import { line } from "./style";

/** The notice has the button for these, or says what to do first. */
const RUNS_LATER = new Set(["queue_paused", "print_error", "task_uncertain"]);

export class Heading extends Part {
  @property({ attribute: false }) known!: Known;
  /** Whether the form for adding files is open; undefined where files cannot be added. */
  @property({ attribute: false }) adding: boolean | undefined;

  override render() {
    const { mayControl } = this.known;
    return html`<header>
        <div class="sums">
          <h2>${this.t("queue")}</h2>
          ${line(this.sums())}
        </div>
        ${mayControl ? this.runSwitch() : nothing}
        ${mayControl && this.adding !== undefined
          ? html`<button
              class="tonal"
              aria-expanded=${this.adding ? "true" : "false"}
              @click=${() => this.dispatchEvent(new Event("add"))}
            >
              <ha-icon icon="mdi:plus"></ha-icon>${this.t("add")}
            </button>`
          : nothing}
      </header>
      ${this.shownProblem()}`;
  }

  private sums(): string[] {
    const { printer, tasks } = this.known;
    const plates = tasks.reduce((sum, task) => sum + task.copies, 0) - endedCopies(tasks);
    if (!plates) return [];
    const { finish, printer_state, remaining_seconds } = printer;
    const sums = [this.t("plates_to_print", { count: number(plates, this.language) })];
    if (remaining_seconds !== null)
      sums.push(this.t("minutes_left", { time: duration(remaining_seconds, this.language) }));
    if (finish && !isAway(printer_state)) sums.push(this.t("done_at", { moment: moment(finish, this.hass) }));
    return sums;
  }

  private runSwitch() {
    const id = this.printer.id("switch.queue_running");
    const { running, waiting_for } = this.known.printer;
    if (!id || (!running && RUNS_LATER.has(waiting_for))) return nothing;
    const label = this.t(running ? "pause_queue" : "run_queue");
    return html`<button class="tonal run" title=${label} aria-label=${label} @click=${() => this.turn(id, !running)}>
      <ha-icon icon=${running ? "mdi:pause" : "mdi:play"}></ha-icon><span>${label}</span>
    </button>`;
  }

  static override styles = css`
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
  `;
}
