import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { npmPackageOf } from "../../src/files/peft-folder.ts";

const starter = { name: "@lorank/starter", version: "1.2.3", files: ["dist", "model"] };

function modelBeside(manifest: string | undefined): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "model"));
  if (manifest !== undefined) writeFileSync(join(folder, "package.json"), manifest);
  return join(folder, "model");
}

test("a folder that the package.json beside it publishes is of that package", () => {
  expect(npmPackageOf(modelBeside(JSON.stringify(starter)))).toEqual({
    packageName: "@lorank/starter",
    version: "1.2.3",
    folder: "model",
  });
});

test.each([
  ["there is no package.json", undefined],
  ["it is broken", "{"],
  ["it publishes other folders", JSON.stringify({ ...starter, files: ["dist"] })],
  ["it is private", JSON.stringify({ ...starter, private: true })],
  ["it has no version", JSON.stringify({ ...starter, version: undefined })],
])("a folder is of no package where %s", (_, manifest) => {
  expect(npmPackageOf(modelBeside(manifest))).toBeUndefined();
});

test.each(["org/name", "", "model"])("a base called %j is of no package", (name) => {
  expect(npmPackageOf(name)).toBeUndefined();
});
