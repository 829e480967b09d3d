import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeOwnFolder } from "../../src/store/files.ts";
import {
  assertOwnNames,
  assertResultsFolder,
  foreignNames,
  ownFolders,
  removeTemporaryFiles,
} from "../../src/store/own-names.ts";
import { filesUnder, temporaryFolder } from "../helpers/example.ts";

describe("assertOwnNames", () => {
  test("a folder that is new, missing or holds other things has our names free", () => {
    const out = temporaryFolder();
    writeFileSync(join(out, "notes.txt"), "");
    assertOwnNames(out);
    assertOwnNames(join(out, "missing"));
    for (const name of ownFolders) mkdirSync(join(out, name));
    assertOwnNames(out);
  });

  test("a link to a folder is a folder, on another disk perhaps", () => {
    const [out, elsewhere] = [temporaryFolder(), temporaryFolder()];
    symlinkSync(elsewhere, join(out, "attempts"));
    assertOwnNames(out);
    makeOwnFolder(join(out, "attempts", "a"));
    expect(readdirSync(elsewhere)).toEqual(["a"]);
  });

  test("a link that leads nowhere or in a circle is in the way of a folder", () => {
    for (const target of ["missing", "specs"]) {
      const out = temporaryFolder();
      symlinkSync(target, join(out, "specs"));
      expect(() => assertOwnNames(out)).toThrow(
        expect.objectContaining({
          code: "E_OUT",
          message: expect.stringMatching(/specs must be a folder, got a symbolic link to nothing/),
        }),
      );
    }
  });

  test("what is in the way of a folder is named, with what to do", () => {
    const out = temporaryFolder();
    const file = join(out, "specs");
    writeFileSync(file, "");
    const refusal = expect.objectContaining({
      code: "E_OUT",
      message: `${file} must be a folder, got a file\nDelete it, then run the same again.`,
    });
    expect(() => assertOwnNames(out)).toThrow(refusal);
    expect(() => makeOwnFolder(file)).toThrow(refusal);
  });
});

describe("foreignNames", () => {
  const hash = "a".repeat(64);

  function folderWith(names: readonly string[]): string {
    const folder = temporaryFolder();
    for (const name of names) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), "");
    }
    return folder;
  }

  test("what a killed sweep leaves before its sweep.json is its own, and so is a folder that is empty or missing", () => {
    const own = [
      "sweep.lock",
      "settings.json",
      "cancel.json",
      "queue.json",
      ".sweep.json.00ff00ff00ff00ff.tmp",
      "search/search.json",
      `search/data-${hash}.json`,
    ];
    const ofTrials = [
      `search/specs/${hash}.json`,
      `search/attempts/${hash}/1/log.jsonl`,
      `search/results/${hash}.json`,
    ];
    expect(foreignNames(folderWith([...own, ...ofTrials]))).toEqual([]);
    expect(foreignNames(temporaryFolder())).toEqual([]);
    expect(foreignNames(join(temporaryFolder(), "missing"))).toEqual([]);
  });

  test("any other file or folder is foreign, also beside ours and in ours, until there is a sweep.json", () => {
    const foreign = ["data/texts.csv", "results/table.json", "notes.txt", "search/notes.txt"];
    const folder = folderWith(["sweep.lock", `search/specs/${hash}.json`, ...foreign]);
    const expected = ["data", "results", "notes.txt", join("search", "notes.txt")];
    expect(foreignNames(folder).sort()).toEqual(expected.sort());
    writeFileSync(join(folder, "sweep.json"), "");
    expect(foreignNames(folder)).toEqual([]);
  });

  test("a file, and a folder that holds something else, are no results folder", () => {
    const folder = folderWith(["notes.txt", "more.txt"]);
    expect(() => assertResultsFolder(folder)).toThrow(
      expect.objectContaining({
        code: "E_OUT",
        message: expect.stringMatching(
          /^out must be a new folder or hold a sweep, got .* and no sweep\.json$/,
        ),
      }),
    );
    expect(() => assertResultsFolder(folderWith(["notes.txt"]))).toThrow(
      "which holds notes.txt and no sweep.json",
    );
    const file = join(folder, "notes.txt");
    expect(() => assertResultsFolder(file)).toThrow(`out must be a folder, got the file ${file}`);
    assertResultsFolder(join(folder, "missing"));
    writeFileSync(join(folder, "sweep.json"), "");
    assertResultsFolder(folder);
  });
});

test("a folder below a file, and a loop of links, are refused as places that cannot be written to", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  symlinkSync("loop", join(folder, "loop"));
  for (const [name, code] of [
    ["file/out", "ENOTDIR"],
    ["loop", "ELOOP"],
  ] as const) {
    const out = join(folder, name);
    const message = `out must be a folder that can be written to, got ${out} (${code})\nUse another --out.`;
    for (const check of [assertResultsFolder, assertOwnNames])
      expect(() => check(out)).toThrow(expect.objectContaining({ code: "E_OUT", message }));
  }
});

describe("removeTemporaryFiles", () => {
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
    const { folder, paths } = withFiles([
      `adapters/theirs/.a.json.${hex}.tmp`,
      `elsewhere/.a.json.${hex}.tmp`,
    ]);
    mkdirSync(join(folder, "attempts"));
    symlinkSync("../elsewhere", join(folder, "attempts", "1"));
    // Two that lead to their own folder are more paths than could be counted.
    for (const name of ["2", "3"]) symlinkSync(".", join(folder, "attempts", name));
    expect(removeTemporaryFiles(folder)).toEqual([]);
    for (const path of paths) expect(existsSync(path)).toBe(true);
  });
});
