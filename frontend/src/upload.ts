/** Sending a file into the media folder. */

import type { Failure } from "./actions";
import type { Hass } from "./types";

interface Answer {
  media_content_id?: string;
  message?: string;
  key?: string;
  placeholders?: Record<string, string>;
}

/** Upload a file and return its media_content_id. Rejects with a Failure. */
export async function upload(hass: Hass, file: File, onProgress: (share: number) => void): Promise<string> {
  const { status, answer } = await post(hass, file, onProgress);
  if (status === 200 && answer.media_content_id) return answer.media_content_id;
  const failure: Failure = {
    message: answer.message ?? `${status}`,
    translation_domain: "bambu_batch",
    translation_key: answer.key,
    translation_placeholders: answer.placeholders,
  };
  throw failure;
}

/** `fetch` reports no upload progress. */
function post(hass: Hass, file: File, onProgress: (share: number) => void) {
  return new Promise<{ status: number; answer: Answer }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", "/api/bambu_batch/upload");
    const token = hass.auth.data.access_token;
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new Error(""));
    request.onload = () => {
      let answer: Answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // A proxy's error page is not JSON.
      }
      resolve({ status: request.status, answer });
    };
    request.send(form);
  });
}
