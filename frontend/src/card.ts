/** `custom:bambu-batch-card`: one printer's queue on a dashboard. */

import { LitElement, css, html, nothing } from "lit";
import { Printer, queueOf } from "./printer";
import { QueueFeed } from "./feed";
import { shared } from "./style";
import { type Key, text } from "./text";
import type { CardConfig, Hass, Task } from "./types";

export class BambuBatchCard extends LitElement {
  static override properties = {
    hass: { attribute: false },
    config: { state: true },
    adding: { state: true },
    stamp: { state: true },
  };
  declare hass: Hass;
  declare config: CardConfig | undefined;
  declare adding: boolean;
  declare stamp: number;
  private feed: QueueFeed | undefined;
  private ended = 0;

  static getStubConfig(hass: Hass): Partial<CardConfig> {
    return { entity: queueOf(hass, null) ?? "" };
  }

  static getConfigForm() {
    return {
      schema: [
        { name: "entity", required: true, selector: { entity: { integration: "bambu_batch", domain: "todo" } } },
        { name: "title", selector: { text: {} } },
        { name: "show_add", default: true, selector: { boolean: {} } },
        { name: "show_history", default: true, selector: { boolean: {} } },
      ],
    };
  }

  setConfig(config: CardConfig) {
    if (config.entity && !config.entity.startsWith("todo.")) throw new Error("entity: todo.…_queue");
    this.config = config;
  }

  getCardSize() {
    return 9;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  override connectedCallback() {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.feed?.close();
    this.feed = undefined;
  }

  override willUpdate() {
    if (!this.hass || !this.config?.entity || !this.isConnected) return;
    if (this.feed?.entity === this.config.entity && this.feed.connection === this.hass.connection) return;
    this.feed?.close();
    this.feed = new QueueFeed(this.hass.connection, this.config.entity, () => this.fed());
  }

  override render() {
    if (!this.hass || !this.config) return nothing;
    const { config, feed } = this;
    if (!config.entity) return this.page(html`<p>${this.t("needs_entity")}</p>`);
    if (!this.hass.states[config.entity] || feed?.problem)
      return this.page(
        html`<p class="error">${feed?.problem || this.t("not_found", { entity: config.entity })}</p>`,
      );
    if (!feed?.known) return this.page(html`<p class="muted">${this.t("loading")}</p>`);
    const { mayControl, printer, tasks } = feed.known;
    return this.page(html`
      <bambu-batch-board
        .hass=${this.hass}
        .entity=${config.entity}
        .view=${printer}
        .tasks=${tasks}
        .controls=${mayControl}
      ></bambu-batch-board>
      <section aria-label=${this.t("queue")}>
        <header>
          <h2>${this.t("queue")}</h2>
          <span class="muted">${this.t("plates_to_print", { count: platesToPrint(tasks) })}</span>
          ${mayControl && config.show_add !== false
            ? html`<button class="tonal add" aria-expanded=${this.adding ? "true" : "false"} @click=${this.toggleAdd}>
                <ha-icon icon="mdi:plus"></ha-icon>${this.t("add")}
              </button>`
            : nothing}
        </header>
        ${this.adding && mayControl
          ? html`<bambu-batch-add
              .hass=${this.hass}
              .entity=${config.entity}
              @close=${this.toggleAdd}
            ></bambu-batch-add>`
          : nothing}
        ${mayControl ? nothing : html`<p class="muted">${this.t("view_only")}</p>`}
        <bambu-batch-queue
          .hass=${this.hass}
          .entity=${config.entity}
          .tasks=${tasks}
          .controls=${mayControl}
        ></bambu-batch-queue>
      </section>
      ${config.show_history === false
        ? nothing
        : html`<bambu-batch-history
            .hass=${this.hass}
            .entity=${config.entity}
            .stamp=${String(this.stamp ?? 0)}
          ></bambu-batch-history>`}
    `);
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.hass.locale.language, key, values);
  }

  private page(content: unknown) {
    const title = this.config?.title ?? (this.config?.entity ? new Printer(this.hass, this.config.entity).name : "");
    return html`<ha-card>
      <div class="page">
        ${title ? html`<h1>${title}</h1>` : nothing} ${content}
      </div>
    </ha-card>`;
  }

  private fed() {
    const tasks = this.feed?.known?.tasks ?? [];
    const ended = tasks.reduce((sum, task) => sum + task.copies - openCopies(task), 0);
    if (ended !== this.ended) this.stamp = Date.now();
    this.ended = ended;
    this.requestUpdate();
  }

  private toggleAdd() {
    this.adding = !this.adding;
  }

  static override styles = [
    shared,
    css`
      .page {
        display: grid;
        gap: 16px;
        padding: 16px;
      }
      h1 {
        font-size: 22px;
        font-weight: 400;
        margin: 0;
      }
      header {
        align-items: center;
        display: flex;
        gap: 10px;
      }
      .add {
        margin-inline-start: auto;
      }
      section {
        min-width: 0;
      }
    `,
  ];
}

function openCopies(task: Task): number {
  return task.copies - task.copies_done - task.copies_failed - task.copies_cancelled;
}

function platesToPrint(tasks: Task[]): number {
  return tasks.reduce((sum, task) => sum + openCopies(task), 0);
}
