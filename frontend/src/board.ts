/** The printer at a glance: picture, progress, temperatures, and the plate being printed. */

import { css, html, nothing, svg } from "lit";
import { property, state } from "lit/decorators.js";
import type { PrintCommand } from "./actions";
import type { Known } from "./feed";
import { countdown, degrees, duration, moment, number, percent } from "./format";
import { Part } from "./part";
import { isStarting, printCommands, progressShown } from "./status";
import { named } from "./style";
import type { Key } from "./text";
import type { Task } from "./types";

const RADIUS = 46;
const AROUND = 2 * Math.PI * RADIUS;
const ICONS: Record<PrintCommand, string> = {
  pause_print: "mdi:pause",
  resume_print: "mdi:play",
  stop_print: "mdi:stop",
};
/** Shown below the state while no plate is printing. The notice shows what needs a person. */
const SAID_HERE = new Set(["nothing", "queue_empty"]);

export class Board extends Part {
  @property({ attribute: false }) known!: Known;
  /** A person has asked to stop the print, and must confirm it. */
  @state() private asking = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stopClock();
  }

  override render() {
    const { language } = this;
    const { mayControl, printer } = this.known;
    const state = this.printer.state("sensor.printer_state");
    const cooling = this.cooling;
    this.keepClock(cooling > 0);
    return html`
      <div class="top">
        ${this.ring()}
        <div class="facts">
          <div class="head">
            <div class="state">
              ${isStarting(this.task, printer.printer_state)
                ? this.t("state_starting")
                : state
                  ? this.hass.formatEntityState(state)
                  : "–"}
            </div>
            ${mayControl ? this.commands() : nothing}
          </div>
          ${this.task ? this.current(this.task) : this.between(cooling)}
          <dl>
            ${this.fact("nozzle", degrees(printer.nozzle_temperature, printer.nozzle_target, language))}
            ${this.fact("bed", degrees(printer.bed_temperature, printer.bed_target, language))}
            ${printer.plate_stack
              ? this.fact(
                  "plates_left",
                  `${number(printer.plates_left, language)} / ${number(printer.plate_stack, language)}`,
                )
              : nothing}
          </dl>
        </div>
      </div>
      ${this.asking && printCommands(printer).length ? this.question() : nothing} ${this.shownProblem()}
    `;
  }

  /** Seconds left of the cooldown. */
  private get cooling(): number {
    const end = this.known.printer.cooldown_end;
    return end ? (new Date(end).getTime() - Date.now()) / 1000 : 0;
  }

  /** The task whose plate is in the printer. */
  private get task(): Task | undefined {
    return this.known.tasks.find((one) => one.task_id === this.known.printer.current?.task_id);
  }

  private fact(key: Key, value: string) {
    return html`<div>
      <dt class="muted">${this.t(key)}</dt>
      <dd><bdi dir="ltr">${value}</bdi></dd>
    </div>`;
  }

  private ring() {
    const progress = progressShown(this.known.printer);
    const picture = this.printer.state("image.thumbnail")?.attributes["entity_picture"] as string | undefined;
    const shown = this.known.tasks.some((task) => task.copies_waiting > 0) || this.task ? picture : undefined;
    const label = progress === null ? this.t("progress") : `${this.t("progress")} ${percent(progress, this.language)}`;
    const mood = this.known.printer.print_error ? "alarmed" : this.known.printer.printer_state;
    return html`<div class="ring ${mood}" role="img" aria-label=${label}>
      ${shown
        ? html`<div class="picture"><img src=${this.hass.hassUrl(shown)} alt="" /></div>`
        : html`<div class="picture none"><ha-icon icon="mdi:printer-3d"></ha-icon></div>`}
      <svg viewBox="0 0 100 100" aria-hidden="true">
        ${svg`<circle cx="50" cy="50" r=${RADIUS} class="track"></circle>
          <circle cx="50" cy="50" r=${RADIUS} class=${progress ? "done" : "hidden"}
            stroke-dasharray=${AROUND}
            stroke-dashoffset=${AROUND * (1 - (progress ?? 0) / 100)}></circle>`}
      </svg>
      ${progress === null ? nothing : html`<span class="percent">${percent(progress, this.language)}</span>`}
    </div>`;
  }

  private current(task: Task) {
    const { current, printer_state, remaining_minutes } = this.known.printer;
    const facts = [];
    if (current && task.copies > 1) facts.push(this.t("copy_of", { copy: current.copy, copies: task.copies }));
    if (remaining_minutes !== null && progressShown(this.known.printer) !== null) {
      facts.push(this.t("minutes_left", { time: duration(remaining_minutes * 60, this.language) }));
      if (printer_state === "printing") {
        const end = new Date(Date.now() + remaining_minutes * 60_000).toISOString();
        facts.push(this.t("done_at", { moment: moment(end, this.hass) }));
      }
    }
    return named(task.name, facts);
  }

  /** What happens while no plate is printing. */
  private between(cooling: number) {
    const { uploading, waiting_for } = this.known.printer;
    let words = "";
    if (uploading !== null) words = this.t("sending", { percent: percent(uploading * 100, this.language) });
    else if (cooling > 0) words = this.t("cooling", { time: countdown(cooling) });
    else if (SAID_HERE.has(waiting_for)) words = this.word("why", waiting_for);
    return words ? html`<div dir="auto">${words}</div>` : nothing;
  }

  private commands() {
    return html`<div class="commands">
      ${printCommands(this.known.printer).map(
        (command) =>
          html`<button
            class="icon tonal"
            title=${this.t(command)}
            aria-label=${this.t(command)}
            @click=${() => (command === "stop_print" ? (this.asking = !this.asking) : this.command(command))}
          >
            <ha-icon icon=${ICONS[command]}></ha-icon>
          </button>`,
      )}
    </div>`;
  }

  private question() {
    return html`<div class="question">
      <span role="alert">${this.t("stop_question")}</span>
      <button class="main" @click=${() => this.command("stop_print")}>${this.t("stop_print")}</button>
      <button class="tonal" @click=${() => (this.asking = false)}>${this.t("cancel")}</button>
    </div>`;
  }

  private command(command: PrintCommand) {
    this.asking = false;
    return this.act(command, {});
  }

  /** Render once a second, but only while the cooldown is counted down. */
  private keepClock(wanted: boolean) {
    if (wanted && !this.timer) this.timer = setInterval(() => this.requestUpdate(), 1000);
    if (!wanted) this.stopClock();
  }

  private stopClock() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  static override styles = css`
    :host {
      --ring: 132px;
    }
    .top {
      align-items: center;
      display: flex;
      gap: 16px;
    }
    .ring {
      flex: none;
      height: var(--ring);
      position: relative;
      width: var(--ring);
    }
    .ring .picture {
      border-radius: 50%;
      height: 80%;
      inset: 10%;
      overflow: hidden;
      position: absolute;
      width: 80%;
    }
    /* The slicer leaves a margin around the plate. */
    img {
      height: 100%;
      transform: scale(1.06);
      width: 100%;
    }
    .none {
      color: var(--secondary-text-color);
    }
    .none ha-icon {
      --mdc-icon-size: 44px;
      height: 44px;
      width: 44px;
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
    .paused .done {
      stroke: var(--warning-color, #ffa600);
    }
    .alarmed .done {
      stroke: var(--error-color);
    }
    .percent {
      background: var(--ha-card-background, var(--card-background-color));
      border-radius: 12px;
      bottom: -3px;
      font-weight: 500;
      inset-inline: 0;
      margin: auto;
      padding: 0 8px;
      position: absolute;
      width: fit-content;
    }
    .facts {
      display: grid;
      flex: 1;
      gap: 2px;
      min-width: 0;
    }
    .head {
      align-items: center;
      display: flex;
      gap: 8px;
      justify-content: space-between;
      min-height: 36px;
    }
    .state {
      font-size: 20px;
      font-weight: 500;
      line-height: 1.2;
    }
    .commands {
      display: flex;
      gap: 6px;
    }
    dl {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 20px;
      margin: 6px 0 0;
    }
    dt {
      font-size: 12px;
    }
    dd {
      font-variant-numeric: tabular-nums;
      font-weight: 500;
      margin: 0;
      white-space: nowrap;
    }
    .question {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-top: var(--gap);
    }
    .question span {
      flex: 1;
      min-width: 170px;
    }
    /* Wide enough to be readable from across the workshop. */
    @container card (min-width: 700px) {
      :host {
        --ring: 208px;
      }
      .top {
        align-items: stretch;
        flex-direction: column;
      }
      .ring {
        align-self: center;
      }
      .percent {
        font-size: 20px;
      }
      .state {
        font-size: 24px;
      }
      .name {
        font-size: 16px;
      }
    }
  `;
}
