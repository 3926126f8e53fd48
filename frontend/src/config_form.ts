/** The form for the card's options in the dashboard's editor. */

import { type Key, text } from "./text";

const LABELS: Record<string, Key> = {
  entity: "queue",
  title: "form_title",
  show_add: "form_show_add",
  show_history: "form_show_history",
};

/** Home Assistant passes no language here, so the page's is used. */
export function pageText(key: Key): string {
  return text(document.documentElement.lang, key);
}

export function configForm() {
  return {
    schema: [
      { name: "entity", required: true, selector: { entity: { integration: "bambu_batch", domain: "todo" } } },
      { name: "title", selector: { text: {} } },
      { name: "show_add", default: true, selector: { boolean: {} } },
      { name: "show_history", default: true, selector: { boolean: {} } },
    ],
    computeLabel: ({ name }: { name: string }) => pageText(LABELS[name] ?? "queue"),
    computeHelper: ({ name }: { name: string }) => (name === "title" ? pageText("form_title_help") : undefined),
  };
}
