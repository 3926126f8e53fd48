/** The integration's actions on a queue, what each takes, and why one was refused. */

import type { Hass, Override, Setting } from "./types";

type Settings = Partial<Record<Override, Setting>>;
type Nothing = Record<string, never>;

export type PrintCommand = "pause_print" | "resume_print" | "stop_print";

export interface Actions extends Record<PrintCommand, Nothing> {
  accept_health: { code: string[] };
  close_print_error: Nothing;
  confirm_plate_clear: Nothing;
  enqueue: Settings & { file: string; plate: number | undefined; copies: number };
  move_task: { task_id: string; position: number };
  resolve_task: { task_id: string; outcome: "printed" | "not_started" };
  restore_task: { task_id: string[] };
  retry_task: { task_id: string };
  update_task: TaskChange & { task_id: string };
}

export interface TaskChange extends Settings {
  copies?: number;
  hold?: boolean;
}

/** Remove one task from a queue, or all; returns the ids of those removed, as `restore_task` takes them. */
export async function remove(hass: Hass, queue: string, task_id?: string): Promise<string[]> {
  const [action, data] = task_id ? ["remove_task", { task_id }] : ["clear_queue", {}];
  const { response } = await hass.callService("bambu_batch", action, data, { entity_id: queue }, false, true);
  return (response as Record<string, { removed: string[] }>)[queue]?.removed ?? [];
}

/** What Home Assistant or the integration rejects with: a message in English, and where its translation is. */
export interface Failure {
  message?: string | undefined;
  translation_domain?: string | undefined;
  translation_key?: string | undefined;
  translation_placeholders?: Record<string, string> | undefined;
}

/** Why something was refused, in the user's language if a translation can be loaded. */
export async function refusal(hass: Hass, error: unknown): Promise<string> {
  const { translation_domain: domain, translation_key: key, translation_placeholders } = error as Failure;
  if (!domain || !key) return reason(error);
  const localize = await hass.loadBackendTranslation("exceptions", domain).catch(() => undefined);
  return localize?.(`component.${domain}.exceptions.${key}.message`, translation_placeholders) || reason(error);
}

/** Why something was refused, as the server says it. */
export function reason(error: unknown): string {
  if (error && typeof error === "object" && "message" in error) return String(error.message);
  return String(error);
}
