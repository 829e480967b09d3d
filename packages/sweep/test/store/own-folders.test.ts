import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { assertOwnNames, makeOwnFolder, ownFolders } from "../../src/store/own-folders.ts";
import { temporaryFolder } from "../helpers/example.ts";

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
