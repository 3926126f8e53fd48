/** What the card uses of Home Assistant and of the queue. All fields of the latter are in docs/websocket.md. */

export interface EntityState {
  state: string;
  attributes: Record<string, unknown>;
}

interface EntityEntry {
  entity_id: string;
  device_id?: string;
  platform?: string;
  translation_key?: string;
}

export interface Connection {
  subscribeMessage<T>(callback: (message: T) => void, message: Record<string, unknown>): Promise<() => Promise<void>>;
}

export interface Hass {
  states: Record<string, EntityState>;
  entities: Record<string, EntityEntry>;
  devices: Record<string, { id: string; name?: string; name_by_user?: string }>;
  user?: { is_admin: boolean };
  locale: { language: string; time_format: string; time_zone?: string };
  config: { time_zone: string; currency: string };
  connection: Connection;
  auth: { data: { access_token?: string } };
  callService(
    domain: string,
    service: string,
    data?: object,
    target?: { entity_id: string },
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<{ response?: unknown }>;
  loadBackendTranslation(
    category: string,
    integration: string,
  ): Promise<(key: string, values?: Record<string, string>) => string>;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
  hassUrl(path: string): string;
  formatEntityState(state: EntityState): string;
  formatEntityAttributeValue(state: EntityState, attribute: string): string;
}

export type TaskStatus =
  | "waiting"
  | "held"
  | "uploading"
  | "starting"
  | "printing"
  | "uncertain"
  | "finished"
  | "failed"
  | "cancelled";

export interface Task {
  task_id: string;
  name: string;
  plate: number;
  status: TaskStatus;
  copies: number;
  copies_done: number;
  /** Copies that have neither ended nor are in the printer. A task with such copies has a place in the order. */
  copies_waiting: number;
  copies_failed: number;
  copies_cancelled: number;
  duration: number | null;
  /** Up to date for the task whose plate is in the printer. */
  start: string | null;
  finish: string | null;
  /** For every other one: seconds after the printer's `planned_from`. */
  starts_after: number | null;
  finishes_after: number | null;
  thumbnail: string | null;
  bed_leveling: Setting;
  flow_calibration: Setting;
  timelapse: boolean;
  hold_reason: string | null;
}

export interface HealthEntry {
  code: string;
  message: string;
  url: string;
  /** It is about the plate or the motion. */
  risk: boolean;
}

/** A printer without its tasks. Temperatures are whole °C, times ISO 8601. */
export interface PrinterView {
  running: boolean;
  waiting_for: string;
  /** Why a file is not on the printer, or the code of a refused start. */
  cause: string | null;
  remaining_seconds: number | null;
  finish: string | null;
  /** When the first waiting plate starts. */
  planned_from: string | null;
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
}

export interface LibraryFile {
  media_content_id: string;
  name: string;
  thumbnail: string | null;
}

export interface RunRecord {
  name: string;
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
  entity: string;
  title?: string;
  show_history?: boolean;
  show_add?: boolean;
}

export const OVERRIDES = ["bed_leveling", "flow_calibration", "timelapse"] as const;
export type Override = (typeof OVERRIDES)[number];
/** With "auto" the printer decides. */
export type Setting = boolean | "auto";

/** The setting after a tap: calibrations have a third state. */
export function following(key: Override, now: Setting): Setting {
  if (key === "timelapse") return !now;
  return now === "auto" ? false : now ? "auto" : true;
}

/** A task that has ended stays listed until it is removed. */
export const ENDED: ReadonlySet<TaskStatus> = new Set(["finished", "failed", "cancelled"]);
/** A task whose plate is in the printer. */
export const IN_FLIGHT: ReadonlySet<TaskStatus> = new Set(["starting", "printing", "uncertain"]);

/** A task with waiting copies can be moved. */
export function isMovable(task: Task): boolean {
  return task.copies_waiting > 0;
}
