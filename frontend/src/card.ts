/** `custom:bambu-batch-card`: one printer's queue on a dashboard. */

import { LitElement, css, html, nothing } from "lit";
import type { Add } from "./add";
import { configForm } from "./config_form";
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
    over: { state: true },
    stamp: { state: true },
  };
  declare hass: Hass;
  declare config: CardConfig | undefined;
  declare adding: boolean;
  /** Files are being dragged over the card. */
  declare over: boolean;
  declare stamp: number;
  private feed: QueueFeed | undefined;
  private ended = 0;

  static getStubConfig(hass: Hass): Partial<CardConfig> {
    return { entity: queueOf(hass, null) ?? "" };
  }

  static getConfigForm() {
    return configForm();
  }

  setConfig(config: CardConfig) {
    if (config.entity && !config.entity.startsWith("todo.")) throw new Error("entity: todo.…_queue");
    this.config = config;
  }

  getCardSize() {
    return 9;
  }

  /** As wide as its section: in a wide one the queue stands beside the printer. */
  getGridOptions() {
    return { columns: "full", min_columns: 9, rows: "auto" };
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
      return this.page(html`<p class="error">${feed?.problem || this.t("not_found", { entity: config.entity })}</p>`);
    if (!feed?.known) return this.page(html`<p class="muted">${this.t("loading")}</p>`);
    const { mayControl, printer, tasks } = feed.known;
    const addable = mayControl && config.show_add !== false;
    const part = { hass: this.hass, entity: config.entity };
    return this.page(html`
      <div class="printer">
        <bambu-batch-board
          .hass=${part.hass}
          .entity=${part.entity}
          .view=${printer}
          .tasks=${tasks}
          .controls=${mayControl}
        ></bambu-batch-board>
        <bambu-batch-notice
          .hass=${part.hass}
          .entity=${part.entity}
          .view=${printer}
          .tasks=${tasks}
          .controls=${mayControl}
        ></bambu-batch-notice>
      </div>
      <div class="work">
        <section aria-label=${this.t("queue")}>
          <bambu-batch-heading
            .hass=${part.hass}
            .entity=${part.entity}
            .view=${printer}
            .plates=${platesToPrint(tasks)}
            .controls=${mayControl}
            .adding=${addable ? Boolean(this.adding) : undefined}
            @add=${this.toggleAdd}
          ></bambu-batch-heading>
          ${
            this.adding && addable
              ? html`<bambu-batch-add
                  .hass=${part.hass}
                  .entity=${part.entity}
                  @close=${this.toggleAdd}
                ></bambu-batch-add>`
              : nothing
          }
          ${mayControl ? nothing : html`<p class="muted" dir="auto">${this.t("view_only")}</p>`}
          <bambu-batch-queue
            .hass=${part.hass}
            .entity=${part.entity}
            .tasks=${tasks}
            .printerState=${printer.printer_state}
            .controls=${mayControl}
            .addable=${addable && !this.adding}
            @add=${this.toggleAdd}
          ></bambu-batch-queue>
        </section>
        ${
          config.show_history === false
            ? nothing
            : html`<bambu-batch-history
                .hass=${part.hass}
                .entity=${part.entity}
                .stamp=${String(this.stamp ?? 0)}
              ></bambu-batch-history>`
        }
      </div>
    `);
  }

  /** Whether files that are let fall on the card are added to the queue. */
  private get takesFiles(): boolean {
    return Boolean(this.feed?.known?.mayControl) && this.config?.show_add !== false;
  }

  private t(key: Key, values?: Record<string, string | number>) {
    return text(this.hass.locale.language, key, values);
  }

  private page(content: unknown) {
    const title = this.config?.title ?? (this.config?.entity ? new Printer(this.hass, this.config.entity).name : "");
    return html`<ha-card @dragover=${this.draggedOver} @dragleave=${this.draggedAway} @drop=${this.dropped}>
      <div class="page">
        ${title ? html`<h1><bdi>${title}</bdi></h1>` : nothing}
        <div class="body">${content}</div>
      </div>
      ${
        this.over
          ? html`<div class="drop"><ha-icon icon="mdi:tray-arrow-down"></ha-icon>${this.t("drop_on_card")}</div>`
          : nothing
      }
    </ha-card>`;
  }

  private draggedOver(event: DragEvent) {
    if (!this.takesFiles || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = true;
  }

  private draggedAway(event: DragEvent) {
    const card = event.currentTarget as HTMLElement;
    if (!card.contains(event.relatedTarget as Node | null)) this.over = false;
  }

  private async dropped(event: DragEvent) {
    if (!this.over) return;
    event.preventDefault();
    this.over = false;
    const files = [...(event.dataTransfer?.files ?? [])]; // gone once this event is over
    this.adding = true;
    await this.updateComplete;
    await this.renderRoot.querySelector<Add>("bambu-batch-add")?.send(files);
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
      ha-card {
        container: card / inline-size;
        height: 100%;
        overflow: hidden;
        position: relative;
      }
      .page,
      .body,
      .work {
        align-content: start;
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
      .page {
        padding: 16px;
      }
      h1 {
        font-size: 22px;
        font-weight: 400;
        line-height: 1.2;
        margin: 0;
        overflow-wrap: anywhere;
      }
      .drop {
        align-content: center;
        background: color-mix(in srgb, var(--card-background-color) 88%, transparent);
        border: 2px dashed var(--primary-color);
        border-radius: inherit;
        display: grid;
        font-size: 16px;
        font-weight: 500;
        gap: 8px;
        inset: 0;
        justify-items: center;
        pointer-events: none;
        position: absolute;
        z-index: 1;
      }
      @container card (min-width: 700px) {
        .page {
          padding: 24px;
        }
        .body {
          gap: 32px;
          grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
        }
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
