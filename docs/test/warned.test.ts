import { expect, test } from "vitest";
import { warned } from "../../scripts/warned.ts";

const ways: Record<string, () => unknown> = {
  "console.warn": () => console.warn("old"),
  "console.error": () => console.error("old"),
  "a warning of Node": () => process.emitWarning("old"),
  "standard error": () => process.stderr.write("old"),
};

test.fails.each(Object.entries(ways))("a test that does not read %s fails", (_, warn) => void warn());

test("a test that reads its warnings passes", async () => {
  for (const warn of Object.values(ways)) warn();
  await new Promise(setImmediate); // Node emits its warnings in the next tick
  expect(warned()).toEqual(["console.warn: old", "console.error: old", "stderr: old", "Warning: old"]);
});
