import { expect, test } from "vitest";
import { following } from "../src/types";

test("a tap leads a calibration from on over the printer's choice to off", () => {
  expect(following("bed_leveling", true)).toBe("auto");
  expect(following("bed_leveling", "auto")).toBe(false);
  expect(following("flow_calibration", false)).toBe(true);
});

test("a film is on or off", () => {
  expect(following("timelapse", true)).toBe(false);
  expect(following("timelapse", false)).toBe(true);
});
