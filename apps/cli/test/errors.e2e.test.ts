import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeTinyModel(join(folder, "tiny"));
const cut = join(writeTinyModel(join(folder, "cut")), "model.safetensors");
writeFileSync(cut, readFileSync(cut).subarray(0, 5000));
const rows = Array.from({ length: 20 }, (_, i) => `text ${i},${i % 2 ? "a" : "b"}`).join("\n");
writeFileSync(join(folder, "texts.csv"), `text,label\n${rows}\n`);
writeFileSync(join(folder, "gap.csv"), `text,label\n${rows}\nno class,\n`);
writeFileSync(join(folder, "split.csv"), "text,label,split\none,a,train\ntwo,b,train\nthree,c,validation\n");
writeFileSync(join(folder, "bad.yaml"), "model: tiny\nrank: [1]\n");
const before = readdirSync(folder);

describe.concurrent("what is wrong in the input is found before anything is written", () => {
  const tiny = ["--model", "tiny", "--ranks", "1,2", "--max-length", "32"];
  test.each([
    [
      "a missing column",
      [...tiny, "--data", "texts.csv", "--label-column", "lable"],
      /label column must be one of the file's, got lable\. texts\.csv has: text, label/,
    ],
    ["an empty class", [...tiny, "--data", "gap.csv"], /must have a label, got none in row 22/],
    [
      "a label seen only in validation",
      [...tiny, "--data", "split.csv"],
      /class "c" must have a training text, got it in validation only/,
    ],
    [
      "rank 0",
      ["--model", "tiny", "--ranks", "0,4"],
      /--ranks must be a list of different positive integers, got 0,4/,
    ],
    [
      "a rank above the layer's width",
      ["--model", "tiny", "--ranks", "4,9"],
      /rank must be at most 8, the smaller dimension of k_proj \[8, 16\], v_proj \[8, 16\], got 9/,
    ],
    [
      "a truncated safetensors file",
      [...tiny, "--model", "cut"],
      /cut[/\\]model\.safetensors: is cut short: it must have \d+ bytes, got 5000/,
    ],
    ["an unknown flag", ["--rnks", "4"], /unknown option '--rnks'\n\(Did you mean --ranks\?\)/],
    ["an unknown key of the file", ["bad.yaml"], /bad\.yaml: unknown key "rank"\. Did you mean ranks\?/],
    [
      "a layer that is not there",
      [...tiny, "--targets", "q_porj"],
      /no layer matches "q_porj"\. This model has: q_proj/,
    ],
    [
      "a folder that is no sweep",
      [...tiny, "--data", "texts.csv", "--out", "cut"],
      /--out must be a new folder or hold a sweep, got cut/,
    ],
  ] as const)("%s", async (_, args, message) => {
    const run = await cli(["sweep", ...args], { cwd: folder });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/^ +at /m);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: "" });
    expect(readdirSync(folder)).toEqual(before);
    expect(existsSync(join(folder, "lorank-sweep"))).toBe(false);
  });
});

test("under --json an error is one document, also one that nothing in the program catches", async () => {
  const imports = [import.meta.resolve("./throw-later.mjs")];
  const plain = await cli(["memory", "starter"], { cwd: folder, imports });
  const uncaught = await cli(["memory", "starter", "--json"], { cwd: folder, imports });
  expect([plain.code, plain.stdout, uncaught.code]).toEqual([1, "", 1]);
  expect(uncaught.stderr).toContain("TypeError: nobody waits for this");
  expect(JSON.parse(uncaught.stdout)).toEqual({
    error: { code: "E_UNEXPECTED", message: "nobody waits for this" },
  });
  const wrong = await cli(["sweep", "bad.yaml", "--json"], { cwd: folder });
  const message = 'bad.yaml: unknown key "rank". Did you mean ranks?';
  expect(wrong).toMatchObject({ code: 2, stderr: `error: ${message}\n` });
  expect(JSON.parse(wrong.stdout)).toEqual({ error: { code: "E_CONFIG", message, field: "rank" } });
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
