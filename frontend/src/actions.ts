/** What a person can do with the queue, as calls of the integration's actions. */

import type { Hass, LibraryPlate, Override, Task } from "./types";

export interface NewTask {
  file: string;
  plate?: number;
  copies: number;
  bed_leveling?: boolean;
  flow_calibration?: boolean;
  timelapse?: boolean;
  position?: number;
}

/** The actions on one queue. Each resolves when the change is on disk, and rejects with its reason. */
export class Actions {
  constructor(
    private readonly hass: Hass,
    private readonly entity: string,
  ) {}

  private call(service: string, data: Record<string, unknown> = {}) {
    return this.hass.callService("bambu_batch", service, data, { entity_id: this.entity }, false);
  }

  enqueue(task: NewTask) {
    return this.call("enqueue", { ...task });
  }

  move(taskId: string, position: number) {
    return this.call("move_task", { task_id: taskId, position });
  }

  override(taskId: string, key: Override, on: boolean) {
    return this.call("update_task", { task_id: taskId, [key]: on });
  }

  copies(taskId: string, copies: number) {
    return this.call("update_task", { task_id: taskId, copies });
  }

  hold(taskId: string, hold: boolean) {
    return this.call("update_task", { task_id: taskId, hold });
  }

  remove(taskId: string) {
    return this.call("remove_task", { task_id: taskId });
  }

  /** Queue again what was removed: the copies that were still to print, at the old place. */
  restore(task: Task, position: number) {
    return this.enqueue({
      file: task.file,
      plate: task.plate,
      copies: Math.max(1, task.copies - task.copies_done),
      bed_leveling: task.bed_leveling,
      flow_calibration: task.flow_calibration,
      timelapse: task.timelapse,
      position,
    });
  }

  retry(taskId: string) {
    return this.call("retry_task", { task_id: taskId });
  }

  resolve(taskId: string, outcome: "printed" | "not_started") {
    return this.call("resolve_task", { task_id: taskId, outcome });
  }

  clear() {
    return this.call("clear_queue");
  }

  confirmPlateClear() {
    return this.call("confirm_plate_clear");
  }

  running(switchEntity: string, on: boolean) {
    return this.hass.callService("switch", on ? "turn_on" : "turn_off", {}, { entity_id: switchEntity }, false);
  }
}

export interface Uploaded {
  media_content_id: string;
  plates: LibraryPlate[];
}

/** Send a file into the media folder. Rejects with the server's own, translated reason. */
export function upload(hass: Hass, file: File, onProgress: (share: number) => void): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", "/api/bambu_batch/upload");
    const token = (hass.auth as { data: { access_token?: string } }).data.access_token;
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new Error(""));
    request.onload = () => {
      let answer: { message?: string } & Partial<Uploaded> = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        /* a proxy's page, not ours */
      }
      if (request.status === 200 && answer.media_content_id) resolve(answer as Uploaded);
      else reject(new Error(answer.message ?? `${request.status} ${request.statusText}`));
    };
    request.send(form);
  });
}

/** The readable text of what an action or a request was rejected with. */
export function reason(error: unknown): string {
  if (error && typeof error === "object" && "message" in error) return String(error.message);
  return String(error);
}
