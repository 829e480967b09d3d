import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
writeTinyModel(join(folder, "tiny"));
const rows = Array.from({ length: 20 }, (_, i) => `text ${i},${i % 2 ? "a" : "b"}`).join("\n");
writeFileSync(join(folder, "texts.csv"), `text,label\n${rows}\n`);

test("under --json an error is one document, also one that nothing in the program catches", async () => {
  const imports = [import.meta.resolve("./throw-later.mjs")];
  const plain = await cli(["memory", "starter"], { cwd: folder, imports });
  const uncaught = await cli(["memory", "starter", "--json"], { cwd: folder, imports });
  expect([plain.code, plain.stdout, uncaught.code]).toEqual([1, "", 1]);
  expect(uncaught.stderr).toContain("TypeError: nobody waits for this");
  expect(JSON.parse(uncaught.stdout)).toEqual({
    error: { code: "E_UNEXPECTED", message: "nobody waits for this" },
  });
});

test("a measurement that is stopped says so in a document, and has no plan", async () => {
  const tiny = ["--model", "tiny", "--data", "texts.csv", "--ranks", "1,2", "--max-length", "32"];
  const run = await cli(["plan", ...tiny, "--measure", "--json"], {
    cwd: folder,
    imports: [import.meta.resolve("./hanging-worker.mjs")],
    onStderr: (text, kill) => {
      if (text.includes("Timing a few steps") && !text.includes("Stopping")) kill("SIGTERM");
    },
  });
  expect(run).toMatchObject({ code: 143, stderr: expect.stringMatching(/Stopping; nothing is kept\.\n$/) });
  expect(JSON.parse(run.stdout)).toEqual({ error: { code: "E_STOPPED", message: expect.any(String) } });
});
