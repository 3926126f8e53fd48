/** `custom:bambu-batch-card`: one printer's queue on a dashboard. */

import { css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { configForm } from "./config_form";
import { QueueFeed } from "./feed";
import { Part } from "./part";
import { queueOf } from "./printer";
import { endedCopies } from "./status";
import type { CardConfig, Hass } from "./types";

export class BambuBatchCard extends Part {
  @state() private config: CardConfig | undefined;
  @state() private adding = false;
  /** Files are being dragged over the card. */
  @state() private over = false;
  private feed: QueueFeed | undefined;

  static getStubConfig(hass: Hass): Partial<CardConfig> {
    return { entity: queueOf(hass, null) ?? "" };
  }

  static getConfigForm() {
    return configForm();
  }

  setConfig(config: CardConfig) {
    if (config.entity && !config.entity.startsWith("todo.")) throw new Error("entity: todo.…_queue");
    this.config = config;
    this.entity = config.entity;
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
    if (!this.hass || !this.entity || !this.isConnected) return;
    if (this.feed?.entity === this.entity && this.feed.connection === this.hass.connection) return;
    this.feed?.close();
    this.feed = new QueueFeed(this.hass.connection, this.entity, () => this.requestUpdate());
  }

  override render() {
    if (!this.hass || !this.config) return nothing;
    const { config, entity, feed, hass } = this;
    if (!entity) return this.page(html`<p>${this.t("needs_entity")}</p>`);
    if (!hass.states[entity] || feed?.problem)
      return this.page(html`<p class="error">${feed?.problem || this.t("not_found", { entity })}</p>`);
    if (!feed?.known) return this.page(html`<p class="muted">${this.t("loading")}</p>`);
    const { known } = feed;
    const addable = this.takesFiles;
    return this.page(html`
      <div class="printer">
        <bambu-batch-board .hass=${hass} .entity=${entity} .known=${known}></bambu-batch-board>
        <bambu-batch-notice .hass=${hass} .entity=${entity} .known=${known}></bambu-batch-notice>
      </div>
      <div class="work">
        <section aria-label=${this.t("queue")}>
          <bambu-batch-heading
            .hass=${hass}
            .entity=${entity}
            .known=${known}
            .adding=${addable ? this.adding : undefined}
            @add=${this.toggleAdd}
          ></bambu-batch-heading>
          ${this.adding && addable
            ? html`<bambu-batch-add .hass=${hass} .entity=${entity} @close=${this.toggleAdd}></bambu-batch-add>`
            : nothing}
          ${known.mayControl ? nothing : html`<p class="muted" dir="auto">${this.t("view_only")}</p>`}
          <bambu-batch-queue
            .hass=${hass}
            .entity=${entity}
            .known=${known}
            .addable=${addable && !this.adding}
            @add=${this.toggleAdd}
          ></bambu-batch-queue>
        </section>
        ${config.show_history === false
          ? nothing
          : html`<bambu-batch-history
              .hass=${hass}
              .entity=${entity}
              .ended=${endedCopies(known.tasks)}
            ></bambu-batch-history>`}
      </div>
    `);
  }

  /** Whether files can be added, by the form or by dropping them on the card. */
  private get takesFiles(): boolean {
    return Boolean(this.feed?.known?.mayControl) && this.config?.show_add !== false;
  }

  private page(content: unknown) {
    const title = this.config?.title ?? (this.entity ? this.printer.name : "");
    return html`<ha-card @dragover=${this.draggedOver} @dragleave=${this.draggedAway} @drop=${this.dropped}>
      <div class="page">
        ${title ? html`<h1><bdi>${title}</bdi></h1>` : nothing}
        <div class="body">${content}</div>
      </div>
      ${this.over
        ? html`<div class="drop"><ha-icon icon="mdi:tray-arrow-down"></ha-icon>${this.t("drop_on_card")}</div>`
        : nothing}
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
    const files = [...(event.dataTransfer?.files ?? [])]; // empty once this event has ended
    this.adding = true;
    await this.updateComplete;
    await this.renderRoot.querySelector("bambu-batch-add")?.send(files);
  }

  private toggleAdd() {
    this.adding = !this.adding;
  }

  static override styles = css`
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
  `;
}
