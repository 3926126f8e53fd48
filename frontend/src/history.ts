/** The last runs: picture, outcome, time, filament, cost. Read when a person opens it. */

import { LitElement, css, html, nothing } from "lit";
import { reason } from "./actions";
import { duration, grams, moment, money } from "./format";
import { line, shared } from "./style";
import { text, word } from "./text";
import type { Hass, RunRecord } from "./types";

const RUNS = 20;

export class History extends LitElement {
  static override properties = {
    hass: { attribute: false },
    entity: {},
    /** Changes when a run has ended: read again. */
    stamp: {},
    runs: { state: true },
    problem: { state: true },
  };
  declare hass: Hass;
  declare entity: string;
  declare stamp: string;
  declare runs: RunRecord[] | undefined;
  declare problem: string;
  private shown = false;

  override updated(changed: Map<string, unknown>) {
    if (changed.has("stamp") && this.shown) void this.read();
  }

  override render() {
    const language = this.hass.locale.language;
    return html`<details @toggle=${this.toggled}>
      <summary>
        <ha-icon icon="mdi:chevron-down"></ha-icon>
        <h2>${text(language, "history")}</h2>
      </summary>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      ${
        this.runs === undefined
          ? html`<p class="muted">${text(language, "loading")}</p>`
          : this.runs.length === 0
            ? html`<p class="muted">${text(language, "history_none")}</p>`
            : html`<ul>
                ${this.runs.map((run) => this.run(run))}
              </ul>`
      }
    </details>`;
  }

  private run(run: RunRecord) {
    const language = this.hass.locale.language;
    const facts = [moment(run.ended ?? run.started, this.hass), duration(run.seconds, language)];
    if (run.filament_g !== null) facts.push(grams(run.filament_g, language));
    if (run.cost !== null) facts.push(money(run.cost, run.currency ?? this.hass.config.currency, language));
    return html`<li>
      ${
        run.thumbnail
          ? html`<img class="picture" src=${this.hass.hassUrl(run.thumbnail)} alt="" loading="lazy" />`
          : html`<span class="picture"></span>`
      }
      <div class="what">
        <div class="name" dir="auto" title=${run.name}>${run.name}</div>
        ${line(facts)}
      </div>
      <span class="outcome ${run.outcome}">${word(language, "outcome", run.outcome)}</span>
    </li>`;
  }

  private toggled(event: Event) {
    this.shown = (event.target as HTMLDetailsElement).open;
    if (this.shown) void this.read();
  }

  private async read() {
    try {
      const answer = await this.hass.callWS<{ runs: RunRecord[] }>({
        type: "bambu_batch/history/list",
        entity_id: this.entity,
        limit: RUNS,
      });
      this.runs = answer.runs;
      this.problem = "";
    } catch (error) {
      this.problem = reason(error);
    }
  }

  static override styles = [
    shared,
    css`
      ul {
        list-style: none;
        margin: 8px 0 0;
        padding: 0;
      }
      li {
        align-items: center;
        display: grid;
        gap: 10px;
        grid-template-columns: 36px minmax(0, 1fr) auto;
        padding: 4px 0;
      }
      .picture {
        height: 36px;
        width: 36px;
      }
      .what .muted {
        font-size: 12px;
      }
      .outcome {
        font-size: 12px;
      }
      .failed {
        color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
      }
      .cancelled {
        color: var(--secondary-text-color);
      }
    `,
  ];
}
