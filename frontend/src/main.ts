/** Makes the card known: to the browser, and to Home Assistant's list of cards. */

import { Add } from "./add";
import { Board } from "./board";
import { BambuBatchCard } from "./card";
import { History } from "./history";
import { queueOf } from "./printer";
import { Queue } from "./queue";
import { Row } from "./row";
import type { Hass } from "./types";

declare global {
  interface Window {
    customCards?: Record<string, unknown>[];
  }
}

const ELEMENTS: Record<string, CustomElementConstructor> = {
  "bambu-batch-add": Add,
  "bambu-batch-board": Board,
  "bambu-batch-history": History,
  "bambu-batch-queue": Queue,
  "bambu-batch-row": Row,
  "bambu-batch-card": BambuBatchCard,
};

// Home Assistant's page replaces the registry of elements while it starts: what was defined
// before that would be unknown to its dashboards.
void customElements.whenDefined("home-assistant").then(() => {
  for (const [name, element] of Object.entries(ELEMENTS))
    if (!customElements.get(name)) customElements.define(name, element);
});

(window.customCards ??= []).push({
  type: "bambu-batch-card",
  name: "Bambu Batch Manager",
  description: "A printer's queue: picture, progress, drag to reorder, upload, history.",
  preview: true,
  /** Offered for any entity of a printer in the dashboard's "by entity" list. */
  getEntitySuggestion: (hass: Hass, entityId: string) => {
    const queue = queueOf(hass, hass.entities[entityId]?.device_id);
    return queue ? { config: { type: "custom:bambu-batch-card", entity: queue } } : null;
  },
});
