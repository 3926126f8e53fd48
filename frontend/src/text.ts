/** The card's texts in the user's language, or in English where there is no translation. */

import en from "./lang/en.json";
import zhHans from "./lang/zh-Hans.json";

export type Key = keyof typeof en;
export type Kind = "why" | "status" | "hold" | "outcome" | "paused" | "health";
export type Values = Record<string, string | number>;

const LANGUAGES: Record<string, typeof en> = { en, "zh-Hans": zhHans };

/** The language in which the card's texts appear; times and units must be in the same. */
export function spoken(language: string): string {
  return textsIn(language) ? language : "en-GB";
}

function textsIn(language: string) {
  return LANGUAGES[language] ?? LANGUAGES[language.split("-")[0] ?? ""];
}

/** Return the text of a key with its {placeholders} filled in. */
export function text(language: string, key: Key, values: Values = {}): string {
  const sentence = (textsIn(language) ?? en)[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Return the text for one of the integration's values; the value itself if the card does not know it yet. */
export function word(language: string, kind: Kind, value: string): string {
  const key = `${kind}_${value}`;
  return key in en ? text(language, key as Key) : value;
}
