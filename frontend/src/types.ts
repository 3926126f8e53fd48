/** What the card needs of Home Assistant and of the queue; names as the integration says them. */

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
  last_changed: string;
}

export interface EntityEntry {
  entity_id: string;
  device_id?: string;
  platform?: string;
  translation_key?: string;
}

export interface Connection {
  subscribeMessage<T>(
    callback: (message: T) => void,
    message: Record<string, unknown>,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
}

export interface Hass {
  states: Record<string, EntityState>;
  entities: Record<string, EntityEntry>;
  devices: Record<string, { id: string; name?: string; name_by_user?: string }>;
  user?: { is_admin: boolean };
  language: string;
  locale: { language: string; time_format: string };
  config: { time_zone: string; currency: string };
  connection: Connection;
  auth: { data: { hassUrl: string } };
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: Record<string, unknown>,
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<{ response?: unknown }>;
  loadBackendTranslation(
    category: string,
    integration: string,
  ): Promise<(key: string, values?: Record<string, string>) => string>;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
  fetchWithAuth(path: string, init?: RequestInit): Promise<Response>;
  hassUrl(path: string): string;
  formatEntityState(state: EntityState): string;
  formatEntityAttributeValue(state: EntityState, attribute: string): string;
}

export type TaskStatus =
  "waiting" | "held" | "uploading" | "starting" | "printing" | "uncertain" | "finished" | "failed" | "cancelled";

/** One task of the queue, as the contract names its fields. */
export interface Task {
  task_id: string;
  name: string;
  file: string;
  plate: number;
  status: TaskStatus;
  copies: number;
  copies_done: number;
  /** Copies that are neither ended nor in the printer: with any, the task has a place in the order. */
  copies_waiting: number;
  copies_failed: number;
  copies_cancelled: number;
  duration: number | null;
  start: string | null;
  finish: string | null;
  thumbnail: string | null;
  bed_leveling: Setting;
  flow_calibration: Setting;
  timelapse: boolean;
  clears_plate: boolean;
  swap: string;
  hold_reason: string | null;
}

export interface HealthEntry {
  code: string;
  message: string;
  url: string;
  /** It concerns plate or motion. */
  risk: boolean;
}

/** All that is told of a printer beside its tasks. Temperatures are whole °C, times ISO 8601. */
export interface PrinterView {
  name: string;
  running: boolean;
  waiting_for: string;
  /** Why a file is not on the printer, or the code of a refused start. */
  cause: string | null;
  remaining_seconds: number | null;
  finish: string | null;
  paused_by: string | null;
  printer_state: string;
  progress: number | null;
  remaining_minutes: number | null;
  nozzle_temperature: number | null;
  nozzle_target: number | null;
  bed_temperature: number | null;
  bed_target: number | null;
  /** °C that the bed must reach before the next plate. */
  bed_wanted: number | null;
  print_error: { code: string; message: string; url: string } | null;
  /** The printer's health entries that block, the worst first. */
  health: HealthEntry[];
  cooldown_end: string | null;
  plate_stack: number;
  plates_left: number;
  uploading: number | null;
  current: { task_id: string; copy: number; uncertain: boolean } | null;
}

export interface LibraryPlate {
  plate: number;
  name: string;
  seconds: number | null;
  grams: number | null;
  thumbnail: string | null;
}

export interface LibraryFile {
  media_content_id: string;
  name: string;
  plates: number[];
  thumbnail: string | null;
}

export interface RunRecord {
  run_id: number;
  task_id: string;
  name: string;
  plate: number;
  started: string;
  ended: string | null;
  outcome: "finished" | "failed" | "cancelled";
  seconds: number | null;
  filament_g: number | null;
  cost: number | null;
  currency: string | null;
  thumbnail?: string | null;
}

export interface CardConfig {
  type: string;
  entity: string;
  title?: string;
  show_history?: boolean;
  show_add?: boolean;
}

export const OVERRIDES = ["bed_leveling", "flow_calibration", "timelapse"] as const;
export type Override = (typeof OVERRIDES)[number];
/** "auto": the printer decides. */
export type Setting = boolean | "auto";

/** What a tap on the setting makes of it: a calibration has a third state. */
export function following(key: Override, now: Setting): Setting {
  if (key === "timelapse") return !now;
  return now === "auto" ? false : now ? "auto" : true;
}

/** A task that is over; it stays listed until it is removed. */
export const ENDED: ReadonlySet<TaskStatus> = new Set(["finished", "failed", "cancelled"]);
/** A task whose plate is in the printer. */
export const IN_FLIGHT: ReadonlySet<TaskStatus> = new Set(["starting", "printing", "uncertain"]);
