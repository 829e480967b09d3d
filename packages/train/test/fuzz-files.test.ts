import { expect, test } from "vitest";
import { fuzzFiles } from "../scripts/fuzz-files.ts";

test("a changed model file is read or refused with a code, in bounded time and memory", async () => {
  const { refused, findings } = await fuzzFiles(200, 20_261);
  expect(findings).toEqual([]);
  expect(refused).toBeGreaterThan(200);
}, 60_000);
