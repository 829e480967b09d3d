// Under --json an error is the one document of stdout, whatever the command and wherever it is found.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { runCommandLine } from "../src/command-line.ts";
import { commandsFor } from "../src/commands/commands.ts";
import type { ErrorDocument } from "../src/errors.ts";
import type { Messages } from "../src/output.ts";
import { assertDocument } from "./document-schema.ts";

const commands = await commandsFor();

const folder = temporaryFolder();
const exitBefore = process.exitCode;
afterEach(() => {
  process.exitCode = exitBefore;
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const none = join(folder, "none");

/** Runs a command line within this process. */
async function run(line: readonly string[]) {
  let [stdout, stderr] = ["", ""];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += text;
    return true;
  });
  await runCommandLine(line);
  vi.restoreAllMocks();
  return { stdout, stderr, code: process.exitCode };
}

/** The error that a line ends with under `--json`, which must end as without, but for what is on stdout. */
async function errorOf(line: readonly string[], code = 2): Promise<ErrorDocument["error"]> {
  const plain = await run(line);
  const json = await run([line[0]!, "--json", ...line.slice(1)]);
  expect(plain).toMatchObject({ stdout: "", code });
  expect(json).toMatchObject({ stderr: plain.stderr, code });
  assertDocument("error", json.stdout);
  const { error } = JSON.parse(json.stdout) as ErrorDocument;
  expect(plain.stderr.trimEnd()).toBe(`error: ${error.message}`);
  return error;
}

/** Flags that some command must have, and misses before anything else. */
const requiredFlags = ["--for", "--metric", "--out", "--rank"];

/** A line with wrong data or a wrong value for each command. */
const wrong: Readonly<Record<string, readonly [line: string, code: string, field?: string]>> = {
  sweep: [file("sweep.yaml", "rank: [4]\n"), "E_CONFIG", "rank"],
  plan: ["--examples 100 --seeds 3 --power 2", "E_CONFIG", "--power"],
  status: [none, "E_NO_SWEEP", "out"],
  watch: [none, "E_NO_SWEEP", "out"],
  logs: [`${none} r1-s1`, "E_NO_SWEEP", "out"],
  cancel: [none, "E_NO_SWEEP", "out"],
  worker: [`${none} --redis redis://localhost`, "E_OUT", "out"],
  init: [`${none} --trainer nix`, "E_CONFIG", "--trainer"],
  train: ["--rank 0 --seed half", "E_CONFIG", "--rank"],
  eval: [`${none} --data ${none}`, "E_MODEL", "model"],
  generate: ["starter --prompt Hello", "E_USAGE", "--prompt"],
  memory: ["llama-3.1-8c", "E_MODEL", "model"],
  inspect: [none, "E_PEFT", "adapter"],
  truncate: [`${none} --rank 1 --out ${none}/out`, "E_PEFT", "adapter"],
  merge: [`starter ${none} --out ${none}/out`, "E_PEFT", "adapter"],
  export: [`${none} --out ${none}/out`, "E_PEFT", "adapter"],
  quantize: [`${none} --out ${none}/out`, "E_MODEL", "model"],
  report: [file("results.json", "{"), "E_RESULTS", join(folder, "results.json")],
  judge: [`${none} --metric nix`, "E_METRIC", "--metric"],
  verdict: [file("outcomes.csv", "rank,seed,example\n4,1,1\n"), "E_COLUMN", join(folder, "outcomes.csv")],
  config: [`${none} --for peft`, "E_PEFT", "adapter"],
  doctor: [`--setup-cuda ${none}`, "E_CUDA", "--setup-cuda"],
  completion: ["bahs", "E_USAGE", "shell"],
  mcp: ["extra", "E_USAGE"],
};

describe("a wrong value of", () => {
  test.each(Object.entries(wrong))("%s", async (command, [line, code, field]) => {
    const error = await errorOf([command, ...line.split(" ")]);
    expect(error).toEqual({ code, message: expect.any(String), ...(field === undefined ? {} : { field }) });
  });
});

describe("an unknown flag of", () => {
  test.each(commands)("$name", async ({ name }) => {
    const { code, field } = await errorOf([name, "--nonsense"]);
    expect(code).toBe("E_USAGE");
    expect(["--nonsense", ...requiredFlags]).toContain(field);
  });
});

describe("a missing argument of", () => {
  const takers = commands.filter(({ arguments: taken }) => taken.some(([syntax]) => syntax.startsWith("<")));
  test.each(takers)("$name", async ({ name, arguments: [[syntax = ""] = []] }) => {
    const required = await errorOf([name]);
    expect(required.code).toBe("E_USAGE");
    expect([syntax.replace(/[<>.]/g, ""), ...requiredFlags]).toContain(required.field);
  });
});

test.each([
  [["swep"], "swep"],
  [["sweep", "--ranks"], "--ranks"],
  [["truncate", "adapter"], "--rank"],
])("%j does not even name a command or a value", async (line, field) => {
  expect(await errorOf(line)).toMatchObject({ code: "E_USAGE", field });
});

test("--json counts wherever it stands, but for a name behind --", async () => {
  expect(JSON.parse((await run(["--json", "swep", "x"])).stdout)).toHaveProperty("error");
  expect(JSON.parse((await run(["sweep", "--json", "--nonsense"])).stdout)).toHaveProperty("error");
  expect(await run(["status", "--", "--json"])).toMatchObject({ stdout: "", code: 2 });
});

test("help is no error", async () => {
  const { stdout, code } = await run(["sweep", "--json", "--help"]);
  expect([stdout.includes("Usage: lorank sweep"), code]).toEqual([true, 0]);
});

/** Puts another function in the place of the doctor's. */
function doctorRuns(run: (ready: unknown, output: Messages) => Promise<never>): void {
  const doctor = commands.find(({ name }) => name === "doctor")!;
  vi.spyOn(doctor, "load").mockResolvedValue({ run });
}

test("an error behind a command's own document adds none", async () => {
  doctorRuns(async (_: unknown, { document }: Messages) => {
    document({ works: true });
    throw new Error("too late");
  });
  const { stdout, stderr, code } = await run(["doctor", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ works: true });
  expect([stderr.split("\n")[0], code]).toEqual(["error: too late", 1]);
});

test("an unexpected error is one document too, without the advice to a person", async () => {
  doctorRuns(async () => {
    throw new TypeError("x is undefined");
  });
  const { stdout, stderr, code } = await run(["doctor", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ error: { code: "E_UNEXPECTED", message: "x is undefined" } });
  expect([stderr, code]).toEqual(["error: x is undefined\nSet DEBUG=1 to see where it happened.\n", 1]);
});
