/** What a person can do with the queue, as calls of the integration's actions. */

import type { Hass, LibraryPlate, Override, Setting } from "./types";

export type PrintCommand = "pause_print" | "resume_print" | "stop_print";

export interface NewTask extends Partial<Record<Override, Setting>> {
  file: string;
  plate?: number;
  copies: number;
  position?: number;
}

/** The actions on one queue. Each resolves when the change is on disk, and rejects with its reason. */
export class Actions {
  constructor(
    private readonly hass: Hass,
    private readonly entity: string,
  ) {}

  private call(service: string, data: Record<string, unknown> = {}) {
    return this.act("bambu_batch", service, data, this.entity);
  }

  private async act(
    domain: string,
    service: string,
    data: Record<string, unknown>,
    entity_id: string,
    answers = false,
  ) {
    try {
      return await this.hass.callService(domain, service, data, { entity_id }, false, answers);
    } catch (error) {
      throw await translated(this.hass, error);
    }
  }

  private async removed(service: string, data: Record<string, unknown> = {}): Promise<string[]> {
    const { response } = await this.act("bambu_batch", service, data, this.entity, true);
    return (response as Record<string, { removed: string[] }>)[this.entity]?.removed ?? [];
  }

  enqueue(task: NewTask) {
    return this.call("enqueue", { ...task });
  }

  move(taskId: string, position: number) {
    return this.call("move_task", { task_id: taskId, position });
  }

  override(taskId: string, key: Override, to: Setting) {
    return this.call("update_task", { task_id: taskId, [key]: to });
  }

  copies(taskId: string, copies: number) {
    return this.call("update_task", { task_id: taskId, copies });
  }

  hold(taskId: string, hold: boolean) {
    return this.call("update_task", { task_id: taskId, hold });
  }

  /** Resolves to the ids of the tasks that left the queue: what `restore` takes. */
  remove(taskId: string) {
    return this.removed("remove_task", { task_id: taskId });
  }

  /** Bring back what was removed, whole and to its old place. */
  restore(taskIds: string[]) {
    return this.call("restore_task", { task_id: taskIds });
  }

  retry(taskId: string) {
    return this.call("retry_task", { task_id: taskId });
  }

  resolve(taskId: string, outcome: "printed" | "not_started") {
    return this.call("resolve_task", { task_id: taskId, outcome });
  }

  clear() {
    return this.removed("clear_queue");
  }

  /** Accept these health entries: for this printer, but those about plate or motion only while they stand. */
  acceptHealth(codes: string[]) {
    return this.call("accept_health", { code: codes });
  }

  closePrintError() {
    return this.call("close_print_error");
  }

  confirmPlateClear() {
    return this.call("confirm_plate_clear");
  }

  print(command: PrintCommand) {
    return this.call(command);
  }

  running(switchEntity: string, on: boolean) {
    return this.act("switch", on ? "turn_on" : "turn_off", {}, switchEntity);
  }

  platesLeft(numberEntity: string, value: number) {
    return this.act("number", "set_value", { value }, numberEntity);
  }
}

export interface Uploaded {
  media_content_id: string;
  plates: LibraryPlate[];
}

/** Send a file into the media folder. Rejects with the server's reason, in the user's language. */
export async function upload(hass: Hass, file: File, onProgress: (share: number) => void): Promise<Uploaded> {
  const { status, answer } = await post(hass, file, onProgress);
  if (status === 200 && answer.media_content_id) return answer as Uploaded;
  throw await translated(hass, {
    message: answer.message ?? `${status}`,
    translation_domain: "bambu_batch",
    translation_key: answer.key,
    translation_placeholders: answer.placeholders,
  });
}

interface Answer extends Partial<Uploaded> {
  message?: string;
  key?: string;
  placeholders?: Record<string, string>;
}

/** `fetch` knows no progress of what is sent. */
function post(hass: Hass, file: File, onProgress: (share: number) => void) {
  return new Promise<{ status: number; answer: Answer }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", "/api/bambu_batch/upload");
    const token = (hass.auth as { data: { access_token?: string } }).data.access_token;
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new Error(""));
    request.onload = () => {
      let answer: Answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        /* a proxy's page, not ours */
      }
      resolve({ status: request.status, answer });
    };
    request.send(form);
  });
}

/** What the integration says went wrong: a text by key, and in English. */
interface Failure {
  message?: string;
  translation_domain?: string | undefined;
  translation_key?: string | undefined;
  translation_placeholders?: Record<string, string> | undefined;
}

/** An error whose message is in the user's language. */
export async function translated(hass: Hass, error: unknown): Promise<Error> {
  const { message, translation_domain: domain, translation_key: key, translation_placeholders } = error as Failure;
  if (!domain || !key) return new Error(reason(error));
  const localize = await hass.loadBackendTranslation("exceptions", domain);
  return new Error(localize(`component.${domain}.exceptions.${key}.message`, translation_placeholders) || message);
}

/** The readable text of what an action or a request was rejected with. */
export function reason(error: unknown): string {
  if (error && typeof error === "object" && "message" in error) return String(error.message);
  return String(error);
}
