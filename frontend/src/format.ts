/** Times and numbers in the user's language and format. */

import { spoken } from "./text";
import type { Hass } from "./types";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** A duration in seconds as "2 h 05 min", "45 min" or "30 s"; unknown as a dash. */
export function duration(seconds: number | null | undefined, language: string): string {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  const unit = (value: number, name: string, digits = 1) =>
    new Intl.NumberFormat(spoken(language), {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      minimumIntegerDigits: digits,
      maximumFractionDigits: 0,
    }).format(value);
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return unit(whole, "second");
  const minutes = Math.round(whole / MINUTE);
  if (minutes < 60) return unit(minutes, "minute");
  const days = Math.floor(whole / DAY);
  const hours = Math.floor((minutes * MINUTE - days * DAY) / HOUR);
  if (days > 0) return `${unit(days, "day")} ${unit(hours, "hour")}`;
  return `${unit(hours, "hour")} ${unit(minutes % 60, "minute", 2)}`;
}

/** A countdown as m:ss. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A point in time, with a near day in words: "04:20", "tomorrow 04:20", "Tue 04:20", "3 Dec 04:20". */
export function moment(iso: string | null | undefined, hass: Hass, now = Date.now()): string {
  if (!iso) return "–";
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return "–";
  const [language, timeZone] = [spoken(hass.locale.language), zone(hass)];
  const clock = unbroken(clockOf(hass).format(time));
  const days = dayNumber(time, timeZone) - dayNumber(new Date(now), timeZone);
  if (days === 0) return clock;
  if (days === 1 || days === -1) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
    return `${word} ${clock}`;
  }
  const date = new Intl.DateTimeFormat(
    language,
    days > 1 && days < 7 ? { weekday: "short", timeZone } : { day: "numeric", month: "short", timeZone },
  ).format(time);
  return `${date} ${clock}`;
}

/** A period of time: "20:26 – 21:18", "tomorrow 04:20 – 05:10". */
export function span(start: string, finish: string, hass: Hass, now = Date.now()): string {
  const [from, to] = [new Date(start), new Date(finish)];
  if (dayNumber(from, zone(hass)) !== dayNumber(to, zone(hass)))
    return `${moment(start, hass, now)} – ${moment(finish, hass, now)}`;
  const clock = clockOf(hass);
  const first = unbroken(clock.format(from));
  return moment(start, hass, now).replace(first, () => unbroken(clock.formatRange(from, to)));
}

function clockOf(hass: Hass) {
  const language = spoken(hass.locale.language);
  const { hourCycle } = new Intl.DateTimeFormat(language, { hour: "numeric", ...cycle(hass) }).resolvedOptions();
  return new Intl.DateTimeFormat(language, {
    hour: hourCycle === "h23" ? "2-digit" : "numeric",
    minute: "2-digit",
    timeZone: zone(hass),
    ...cycle(hass),
  });
}

/** Keep "8:26 PM" on one line. */
function unbroken(words: string): string {
  return words.replace(/\s/g, "\u00a0");
}

/** Current and target temperature: "215 / 220 °C"; unknown as a dash. */
export function degrees(now: number | null, target: number | null, language: string): string {
  if (now === null) return "–";
  return `${number(now, language)}${target ? ` / ${number(target, language)}` : ""}\u00a0°C`;
}

/** A percentage, from 0 to 100: "41%". */
export function percent(value: number, language: string): string {
  return new Intl.NumberFormat(spoken(language), { style: "percent", maximumFractionDigits: 0 }).format(value / 100);
}

/** An amount of money: "€0.42". */
export function money(amount: number, currency: string, language: string): string {
  return new Intl.NumberFormat(spoken(language), { style: "currency", currency }).format(amount);
}

/** A weight: "6.4 g". */
export function grams(weight: number, language: string): string {
  return new Intl.NumberFormat(spoken(language), { style: "unit", unit: "gram", maximumFractionDigits: 1 }).format(
    weight,
  );
}

/** A plain number in the user's language. */
export function number(value: number, language: string, digits = 0): string {
  return new Intl.NumberFormat(spoken(language), { maximumFractionDigits: digits }).format(value);
}

function zone(hass: Hass): string | undefined {
  return hass.locale.time_zone === "server" ? hass.config.time_zone : undefined;
}

function cycle(hass: Hass): Intl.DateTimeFormatOptions {
  if (hass.locale.time_format === "12") return { hour12: true };
  if (hass.locale.time_format === "24") return { hourCycle: "h23" };
  return {};
}

function dayNumber(time: Date, timeZone: string | undefined): number {
  const [year = 0, month = 1, day = 1] = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" })
    .format(time)
    .split("-")
    .map(Number);
  return Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
}
