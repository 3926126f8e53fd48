/** Registers the card with the browser and in Home Assistant's list of cards. */

import { Add } from "./add";
import { Board } from "./board";
import { BambuBatchCard } from "./card";
import { pageText } from "./config_form";
import { Heading } from "./heading";
import { History } from "./history";
import { Notice } from "./notice";
import { queueOf } from "./printer";
import { Queue } from "./queue";
import { Row } from "./row";
import { Rows } from "./rows";
import type { Hass } from "./types";

/** @attr {string} icon */
interface Icon extends HTMLElement {}

declare global {
  interface Window {
    customCards?: Record<string, unknown>[];
  }
  /** For the template checker, which cannot follow the loop below. */
  interface HTMLElementTagNameMap {
    "bambu-batch-add": Add;
    "bambu-batch-board": Board;
    "bambu-batch-heading": Heading;
    "bambu-batch-history": History;
    "bambu-batch-notice": Notice;
    "bambu-batch-queue": Queue;
    "bambu-batch-row": Row;
    "bambu-batch-rows": Rows;
    "bambu-batch-card": BambuBatchCard;
    "ha-card": HTMLElement;
    "ha-icon": Icon;
  }
}

type Name = Extract<keyof HTMLElementTagNameMap, `bambu-batch-${string}`>;

const ELEMENTS: Record<Name, CustomElementConstructor> = {
  "bambu-batch-add": Add,
  "bambu-batch-board": Board,
  "bambu-batch-heading": Heading,
  "bambu-batch-history": History,
  "bambu-batch-notice": Notice,
  "bambu-batch-queue": Queue,
  "bambu-batch-row": Row,
  "bambu-batch-rows": Rows,
  "bambu-batch-card": BambuBatchCard,
};

// Home Assistant's page replaces the registry of elements while it starts. Elements defined
// before that would be missing from its dashboards.
void customElements.whenDefined("home-assistant").then(() => {
  for (const [name, element] of Object.entries(ELEMENTS))
    if (!customElements.get(name)) customElements.define(name, element);
});

(window.customCards ??= []).push({
  type: "bambu-batch-card",
  name: "Bambu Batch Manager",
  /** Read only when the list of cards is shown: by then the page has its language. */
  get description() {
    return pageText("card_description");
  },
  preview: true,
  /** Offered for any entity of a printer in the dashboard's "by entity" list. */
  getEntitySuggestion: (hass: Hass, entityId: string) => {
    const queue = queueOf(hass, hass.entities[entityId]?.device_id);
    return queue ? { config: { type: "custom:bambu-batch-card", entity: queue } } : null;
  },
});
