/** The last runs: picture, outcome, time, filament, cost. Loaded when a person opens it. */

import { css, html } from "lit";
import { property, state } from "lit/decorators.js";
import { duration, grams, moment, money } from "./format";
import { Part } from "./part";
import { named } from "./style";
import type { RunRecord } from "./types";

const RUNS = 20;

export class History extends Part {
  /** How many copies have ended: with another, the runs are loaded again. */
  @property({ attribute: false }) ended = 0;
  @state() private runs: RunRecord[] | undefined;
  private open = false;

  override updated(changed: Map<string, unknown>) {
    if (changed.has("ended") && this.open) void this.load();
  }

  override render() {
    return html`<details @toggle=${this.toggled}>
      <summary>
        <ha-icon icon="mdi:chevron-down"></ha-icon>
        <h2>${this.t("history")}</h2>
      </summary>
      ${this.shownProblem()}
      ${this.runs?.length
        ? html`<ul>
            ${this.runs.map((run) => this.run(run))}
          </ul>`
        : html`<p class="muted">${this.t(this.runs ? "history_none" : "loading")}</p>`}
    </details>`;
  }

  private run(run: RunRecord) {
    const facts = [moment(run.ended ?? run.started, this.hass), duration(run.seconds, this.language)];
    if (run.filament_g !== null) facts.push(grams(run.filament_g, this.language));
    if (run.cost !== null) facts.push(money(run.cost, run.currency ?? this.hass.config.currency, this.language));
    return html`<li>
      ${this.picture(run.thumbnail)}
      <div class="what">${named(run.name, facts)}</div>
      <span class="outcome ${run.outcome}">${this.word("outcome", run.outcome)}</span>
    </li>`;
  }

  private toggled(event: Event) {
    this.open = (event.target as HTMLDetailsElement).open;
    if (this.open) void this.load();
  }

  private load() {
    return this.try(async () => {
      const { runs } = await this.hass.callWS<{ runs: RunRecord[] }>({
        type: "bambu_batch/history/list",
        entity_id: this.entity,
        limit: RUNS,
      });
      this.runs = runs;
    });
  }

  static override styles = css`
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
  `;
}
