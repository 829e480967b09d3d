import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { removeTemporaryFiles } from "../../src/store/tidy.ts";
import { filesUnder, temporaryFolder } from "../helpers/example.ts";

const hex = "00ff00ff00ff00ff";

function withFiles(names: readonly string[]): { folder: string; paths: string[] } {
  const folder = temporaryFolder();
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  return { folder, paths };
}

test("removes our temporary files at any depth", () => {
  const { folder, paths } = withFiles([
    `.sweep.json.${hex}.tmp`,
    ".sweep.lock.123e4567-e89b-12d3-a456-426614174000.stale.tmp",
    `adapters/r4/.adapter_model.safetensors.${hex}.tmp`,
    `attempts/${"a".repeat(64)}/1/.result.json.${hex}.tmp`,
    `data/.a.json.${hex}.tmp`,
    `search/.search.json.${hex}.tmp`,
    `search/specs/.a.json.${hex}.tmp`,
  ]);
  expect(removeTemporaryFiles(folder).sort()).toEqual(paths.sort());
  expect(filesUnder(folder)).toEqual([]);
});

test("removes checkpoints of this engine whose trials are done, and leaves all others", () => {
  const id = "a".repeat(64);
  const resume = `attempts/${id}/1/resume`;
  const { folder, paths } = withFiles([
    `${resume}/checkpoint-000000200.safetensors`,
    `${resume}/state.pt`,
    `attempts/${"b".repeat(64)}/1/resume/checkpoint-000000200.safetensors`,
    `results/${id}.json`,
  ]);
  expect(removeTemporaryFiles(folder)).toEqual([paths[0]]);
  expect(filesUnder(folder)).toEqual(paths.slice(1).sort());
});

test("leaves results alone, and other people's files even when they are temporary", () => {
  const { folder, paths } = withFiles([
    "attempts/a/1/result.json",
    "sweep.json",
    "notes.tmp",
    ".notes.tmp",
    `drafts/.letter.txt.${hex}.tmp`,
  ]);
  expect(removeTemporaryFiles(folder)).toEqual([]);
  expect(filesUnder(folder)).toEqual(paths.sort());
});

test("goes along no link and into no folder of others, where it might walk for ever", () => {
  const { folder, paths } = withFiles([`adapters/theirs/.a.json.${hex}.tmp`, `elsewhere/.a.json.${hex}.tmp`]);
  mkdirSync(join(folder, "attempts"));
  symlinkSync("../elsewhere", join(folder, "attempts", "1"));
  // Two that lead to their own folder are more paths than could be counted.
  for (const name of ["2", "3"]) symlinkSync(".", join(folder, "attempts", name));
  expect(removeTemporaryFiles(folder)).toEqual([]);
  for (const path of paths) expect(existsSync(path)).toBe(true);
});
