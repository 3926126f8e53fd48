import { expect, test } from "vitest";
import integration from "../../custom_components/bambu_batch/translations/en.json";
import { duration } from "../src/format";
import en from "../src/lang/en.json";
import zhHans from "../src/lang/zh-Hans.json";
import { spoken, text, word } from "../src/text";

const sources = Object.values(
  import.meta.glob<string>("../src/*.ts", { query: "?raw", import: "default", eager: true }),
).join();

test("both languages have the same texts, with the same placeholders", () => {
  const placeholders = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();
  expect(Object.keys(zhHans)).toEqual(Object.keys(en));
  for (const [key, sentence] of Object.entries(en))
    expect([key, placeholders(zhHans[key as keyof typeof en])]).toEqual([key, placeholders(sentence)]);
});

test("Chinese has full-width punctuation", () => {
  const sentences = Object.values(zhHans).filter((sentence) => /\p{Script=Han}/u.test(sentence));
  expect(
    sentences.filter((sentence) => /[,;:!?()"']|\.\.|\.$|\p{Script=Han}\.|\.\p{Script=Han}/u.test(sentence)),
  ).toEqual([]);
});

test("every text is used", () => {
  const known = /^(why|status|hold|outcome|paused|health)_/;
  const unused = Object.keys(en).filter((key) => !known.test(key) && !sources.includes(`"${key}"`));
  expect(unused).toEqual([]);
});

test("every reason for which nothing starts has its text", () => {
  const reasons = Object.keys(integration.entity.sensor.waiting_for.state);
  expect(reasons.filter((reason) => !(`why_${reason}` in en))).toEqual([]);
});

test.each(["health_", "paused_"])("every %s… of the integration has its text", (kind) => {
  const keys = Object.keys(integration.common).filter((key) => key.startsWith(kind) && key !== "health_message");
  expect(keys.filter((key) => !(key in en))).toEqual([]);
});

test("a language without words of its own falls back to English", () => {
  expect(text("fr", "undo")).toBe(en.undo);
  expect(text("zh-Hans", "undo")).toBe(zhHans.undo);
  expect(duration(120, "de")).toBe(duration(120, "en-GB"));
  expect([spoken("de"), spoken("zh-Hans"), spoken("en-AU")]).toEqual(["en-GB", "zh-Hans", "en-AU"]);
  expect(word("en", "why", "something_new")).toBe("something_new");
});
