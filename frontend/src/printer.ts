/** The printer's entities beside its queue, found by what they are and not by their names. */

import type { EntityState, Hass } from "./types";

const PLATFORM = "bambu_batch";

/** Look-up of one printer's entities by key, e.g. "progress". */
export class Printer {
  private readonly ids = new Map<string, string>();
  readonly deviceId: string | undefined;

  constructor(
    private readonly hass: Hass,
    queue: string,
  ) {
    this.deviceId = hass.entities[queue]?.device_id;
    if (!this.deviceId) return;
    for (const entry of Object.values(hass.entities)) {
      if (entry.device_id === this.deviceId && entry.platform === PLATFORM && entry.translation_key) {
        const domain = entry.entity_id.split(".", 1)[0];
        this.ids.set(`${domain}.${entry.translation_key}`, entry.entity_id);
      }
    }
  }

  /** Entity id of a key such as "sensor.progress". */
  id(key: string): string | undefined {
    return this.ids.get(key);
  }

  state(key: string): EntityState | undefined {
    const id = this.id(key);
    return id ? this.hass.states[id] : undefined;
  }

  /** A number, or undefined where it is not known. */
  value(key: string): number | undefined {
    const state = this.state(key)?.state;
    const value = state === undefined || state === "" ? NaN : Number(state);
    return Number.isFinite(value) ? value : undefined;
  }

  /** The state as the user's language says it. */
  text(key: string): string {
    const state = this.state(key);
    return state ? this.hass.formatEntityState(state) : "–";
  }

  get name(): string {
    const device = this.deviceId ? this.hass.devices[this.deviceId] : undefined;
    return device?.name_by_user || device?.name || "Bambu Lab";
  }
}

/** The queue of a device; of any printer where `deviceId` is null. */
export function queueOf(hass: Hass, deviceId?: string | null): string | undefined {
  if (deviceId === undefined) return undefined;
  return Object.values(hass.entities).find(
    (entry) =>
      entry.platform === PLATFORM &&
      entry.entity_id.startsWith("todo.") &&
      (deviceId === null || entry.device_id === deviceId),
  )?.entity_id;
}
