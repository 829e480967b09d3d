import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { allLosses, type Golden, goldenFile, largestGap } from "../scripts/write-golden-losses.ts";

const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Golden;
const here = await allLosses();

test("another process on this machine gives the same losses of 100 steps to the last bit", () => {
  const script = fileURLToPath(new URL("../scripts/write-golden-losses.ts", import.meta.url));
  const flags = ["--conditions=@lorank/source", "--import", "tsx", script, "print"];
  expect(JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" }))).toEqual(here);
});

test.each(Object.entries(golden))(
  "%s has the committed losses of 100 steps, up to what another order of float32 sums changes",
  (name, { losses, tolerance }) => {
    expect(here[name]).toHaveLength(100);
    expect(tolerance).toBeLessThan(1e-4); // a fixture that allows more would show little
    expect(largestGap(here[name]!, losses)).toBeLessThanOrEqual(tolerance);
  },
);
