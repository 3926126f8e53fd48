/** The printer's device and its entities, found by their keys and not by their names. */

import type { EntityState, Hass } from "./types";

const PLATFORM = "bambu_batch";

export class Printer {
  private readonly deviceId: string | undefined;

  constructor(
    private readonly hass: Hass,
    queue: string,
  ) {
    this.deviceId = hass.entities[queue]?.device_id;
  }

  /** Entity id of a key such as "sensor.progress". */
  id(key: string): string | undefined {
    const [domain, name] = key.split(".");
    return Object.values(this.hass.entities).find(
      (entry) =>
        entry.platform === PLATFORM &&
        entry.device_id === this.deviceId &&
        entry.translation_key === name &&
        entry.entity_id.startsWith(`${domain}.`),
    )?.entity_id;
  }

  state(key: string): EntityState | undefined {
    return this.hass.states[this.id(key) ?? ""];
  }

  get name(): string {
    const device = this.hass.devices[this.deviceId ?? ""];
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
