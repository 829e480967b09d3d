import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { idsIn, KnownIds } from "../../src/store/known-ids.ts";
import { temporaryFolder } from "../helpers/example.ts";

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];

test("lists the folder once, finds what comes later, and does not look again for what was there", () => {
  const folder = temporaryFolder();
  const write = (id: string) => writeFileSync(join(folder, `${id}.json`), "");
  for (const id of [a, b]) write(id);
  for (const name of [`.${c}.json.0123456789abcdef.tmp`, "notes.json"]) writeFileSync(join(folder, name), "");
  const known = new KnownIds(folder);
  expect([known.has(a), known.has(c)]).toEqual([true, false]);
  write(c);
  expect(known.has(c)).toBe(true);
  expect(known.list().sort()).toEqual([a, b, c]);
  rmSync(folder, { recursive: true });
  expect([a, b, c].map((id) => known.has(id))).toEqual([true, true, true]);
  expect(idsIn(folder)).toEqual([]);
});
