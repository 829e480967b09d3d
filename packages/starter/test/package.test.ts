import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsup";
import { afterAll, describe, expect, test } from "vitest";
import { modelFolder, spamAssassin } from "../src/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

describe("the package", () => {
  test("ships what the API reads", () => {
    const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(files).toEqual(expect.arrayContaining(["dist", "model", "data", "NOTICE"]));
  });

  test("has the model's folder beside its sources", () => {
    expect(modelFolder).toBe(join(root, "model"));
    expect(existsSync(join(modelFolder, "tokenizer.json"))).toBe(true);
  });
});

describe("the built package", () => {
  // A folder beside dist, which another build may be writing: one level below the package, as dist is.
  const outDir = join(root, ".built-for-test");
  afterAll(() => rmSync(outDir, { recursive: true, force: true }));

  test("finds the same model folder and the same e-mails", async () => {
    const entry = join(root, "src/index.ts");
    await build({ entry: [entry], outDir, format: "esm", target: "node20", config: false, silent: true });
    const script = `import { modelFolder, spamAssassin } from ${JSON.stringify(pathToFileURL(join(outDir, "index.js")).href)};
      const { train, validation, test } = spamAssassin();
      console.log(JSON.stringify([modelFolder, train.length, validation.length, test.at(-1).id]));`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    const { train, validation, test: held } = spamAssassin();
    expect(JSON.parse(printed)).toEqual([modelFolder, train.length, validation.length, held.at(-1)!.id]);
  });
});
