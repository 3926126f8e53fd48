/** The card's words in the user's language; English where a language has none. */

import en from "./lang/en.json";
import zhHans from "./lang/zh-Hans.json";

export type Key = keyof typeof en;

const LANGUAGES: Record<string, Partial<Record<Key, string>>> = { en, "zh-Hans": zhHans };

/** The language in which the card speaks to a user: times and units are to be in the same. */
export function spoken(language: string): string {
  return wordsIn(language) ? language : "en-GB";
}

function wordsIn(language: string) {
  return LANGUAGES[language] ?? LANGUAGES[language.split("-")[0] ?? ""];
}

/** Return the text of a key with its {placeholders} filled in. */
export function text(language: string, key: Key, values: Record<string, string | number> = {}): string {
  const words = wordsIn(language) ?? en;
  const sentence = words[key] ?? en[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Return the text of a key made of a prefix and a word of the integration; the word itself if it is new. */
export function word(
  language: string,
  prefix: "why" | "status" | "hold" | "outcome" | "paused" | "health",
  value: string,
): string {
  const key = `${prefix}_${value}`;
  return key in en ? text(language, key as Key) : value;
}
