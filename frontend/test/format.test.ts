import { expect, test } from "vitest";
import { countdown, degrees, duration, moment, percent, span } from "../src/format";
import type { Hass } from "../src/types";

const hass = {
  locale: { language: "en-GB", time_format: "24", time_zone: "server" },
  config: { time_zone: "Europe/Berlin" },
} as unknown as Hass;
const now = Date.parse("2026-11-21T22:30:00Z"); // 23:30 in Berlin

test.each([
  ["2026-11-21T22:50:00Z", "23:50"],
  ["2026-11-22T03:20:00Z", "tomorrow 04:20"],
  ["2026-11-21T23:10:00Z", "tomorrow 00:10"],
  ["2026-11-20T20:00:00Z", "yesterday 21:00"],
  ["2026-11-24T03:20:00Z", "Tue 04:20"],
  ["2026-12-03T03:20:00Z", "3 Dec 04:20"],
])("%s is %s", (iso, words) => {
  expect(moment(iso, hass, now)).toBe(words);
});

test.each([
  ["2026-11-21T22:35:00Z", "2026-11-21T22:50:00Z", "23:35–23:50"],
  ["2026-11-22T03:20:00Z", "2026-11-22T04:10:00Z", "tomorrow 04:20–05:10"],
  ["2026-11-21T22:50:00Z", "2026-11-22T03:20:00Z", "23:50 – tomorrow 04:20"],
])("from %s to %s is %s", (start, finish, words) => {
  expect(span(start, finish, hass, now)).toBe(words);
});

test("the half of the day is said once, as people say it", () => {
  const american = {
    ...hass,
    locale: { language: "en-US", time_format: "12", time_zone: "server" },
  } as unknown as Hass;
  const words = span("2026-11-21T22:35:00Z", "2026-11-21T22:50:00Z", american, now);
  expect(words.replace(/\s/g, " ")).toBe("11:35 – 11:50 PM");
  expect(words).not.toContain(" "); // it stays on one line
});

test("temperatures and shares", () => {
  expect(degrees(215, 220, "en")).toBe("215 / 220\u00a0°C");
  expect(degrees(23, 0, "en")).toBe("23\u00a0°C");
  expect(degrees(null, 220, "en")).toBe("–");
  expect(percent(41, "en")).toBe("41%");
});

test("an unknown time is a dash", () => {
  expect(moment(null, hass, now)).toBe("–");
  expect(moment("unavailable", hass, now)).toBe("–");
});

test.each([
  [0, "0 sec"],
  [59, "59 sec"],
  [60, "1 min"],
  [3599, "1 hr 00 min"],
  [3900, "1 hr 05 min"],
  [90_000, "1 day 1 hr"],
])("%i seconds are %s", (seconds, words) => {
  expect(duration(seconds, "en")).toBe(words);
});

test("unknown is not zero", () => {
  expect(duration(null, "en")).toBe("–");
});

test("the countdown rounds up, so that it never shows zero too early", () => {
  expect(countdown(59.2)).toBe("1:00");
  expect(countdown(0.3)).toBe("0:01");
  expect(countdown(-5)).toBe("0:00");
});
