import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeTemporaryFiles } from "../src/tidy.ts";
import { filesUnder, temporaryFolder } from "./helpers/example.ts";

test("removes temporary files at any depth and nothing else", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "attempts", "a", "1"), { recursive: true });
  const kept = ["attempts/a/1/log.jsonl", "attempts/a/1/result.json", "sweep.json"].map((name) =>
    join(folder, name),
  );
  const temporary = ["attempts/a/1/.result.json.00ff.tmp", ".sweep.json.1234.tmp"].map((name) =>
    join(folder, name),
  );
  for (const path of [...kept, ...temporary]) writeFileSync(path, "");
  expect(removeTemporaryFiles(folder).sort()).toEqual(temporary.sort());
  expect(filesUnder(folder)).toEqual(kept.sort());
});
