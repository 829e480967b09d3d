// `lorank mcp` as a client of the Model Context Protocol has it: a process of its own, and the SDK's client.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { recipesFolder } from "../src/settings/recipes.ts";
import { cli, onItsOwn, program } from "./cli.ts";
import { cliHere } from "./here.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
const faults: Error[] = [];
const client = new Client({ name: "test", version: "0" });
let stderr = "";

beforeAll(async () => {
  cpSync(join(recipesFolder(), "stand-in"), folder, { recursive: true });
  writeTinyModel(join(folder, "tiny"));
  const swept = await cli("sweep sweep.yaml --ranks 1,4 --seeds 3 --epochs 4 --out out".split(" "), inFolder);
  expect(swept.code, swept.stderr).toBe(0);
  writeFileSync(
    join(folder, "wandb.csv"),
    `Name,Created,r,seed,acc\n${[4, 8].flatMap((rank) => [0, 1, 2].map((seed) => `run,2026-01-01,${rank},${seed},${0.8 + rank / 100 + seed / 1000}`)).join("\n")}\n`,
  );
  writeFileSync(
    join(folder, "tasks.csv"),
    `rank,seed,arc,gsm,ms\n${[4, 8].flatMap((rank) => [0, 1, 2].map((seed) => `${rank},${seed},0.6${seed},0.4${rank},1${seed}`)).join("\n")}\n`,
  );
  const transport = new StdioClientTransport({
    ...inFolder,
    command: process.execPath,
    args: [...program, "mcp"],
    env: { PATH: process.env.PATH!, ...onItsOwn },
    stderr: "pipe",
  });
  transport.stderr!.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  // A line on standard output that is no message.
  client.onerror = (error) => void faults.push(error);
  await client.connect(transport);
  await client.listTools(); // from here on the client checks every document against the tool's schema
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = async (name: string, input: Record<string, unknown>) =>
  (await client.callTool({ name, arguments: input })) as {
    structuredContent?: Record<string, unknown>;
    isError?: boolean;
    content: readonly { readonly text: string }[];
  };

/** The document of the same command line. */
const documentOf = async (line: string) =>
  JSON.parse((await cliHere([...line.split(" "), "--json"], inFolder)).stdout);

describe("a tool returns the document of its command", () => {
  test.each([
    [
      "memory",
      { models: ["llama-3.1-8b"], gpu: "24GB", ranks: [8, 64], seq: 1024 },
      "memory llama-3.1-8b --gpu 24GB --ranks 8,64 --seq 1024",
    ],
    [
      "memory",
      { models: ["starter"], profile: "lorank", ranks: [4] },
      "memory starter --profile lorank --ranks 4",
    ],
    ["memory", { list: true }, "memory --list"],
    ["plan", { examples: 800, seeds: 3, margin: 0.02 }, "plan --examples 800 --seeds 3 --margin 0.02"],
    ["plan", { file: "sweep.yaml", results: "out" }, "plan sweep.yaml --results out"],
    ["verdict", { results: ["out"], metric: "log-loss" }, "verdict out --metric log-loss"],
    [
      "verdict",
      { results: ["wandb.csv"], metric: "acc", higher: true, margin: 0.01 },
      "verdict wandb.csv --metric acc --higher --margin 0.01",
    ],
    [
      "verdict",
      { results: ["tasks.csv"], suite: ["arc", "gsm"], higher: true, margin: 0.01, outcome: ["ms:lower"] },
      "verdict tasks.csv --suite arc,gsm --higher --margin 0.01 --outcome ms:lower",
    ],
    ["config", { "adapter-or-results": "out", for: "axolotl", rank: 4 }, "config out --for axolotl --rank 4"],
    ["status", { out: "out" }, "status out"],
    [
      "compare",
      { first: "0.81,0.83,0.82", second: "0.84,0.82,0.85" },
      "compare 0.81,0.83,0.82 0.84,0.82,0.85",
    ],
  ])("%s %j", async (name, input, line) => {
    const { structuredContent, content } = await call(name, input);
    const document = await documentOf(line);
    expect(structuredContent).toEqual(document);
    expect(JSON.parse(content[0]!.text)).toEqual(document);
  });
});

test("two lists of scores answer whether a difference is noise", async () => {
  const { structuredContent } = await call("compare", { first: "0.81,0.83,0.82", second: "0.84,0.82,0.85" });
  expect(structuredContent).toMatchObject({
    result: "open",
    explanation: expect.stringMatching(
      /^A difference is neither shown nor ruled out: .* by 1\.7 ± 3\.1 points\./,
    ),
  });
});

describe("a wrong input is an error in the words of the command line", () => {
  test.each([
    ["verdict", { results: ["nowhere"] }, "verdict nowhere"],
    ["status", { out: "tiny" }, "status tiny"],
    ["memory", { models: ["llama-3.1-8b"], gpu: "24 parsecs" }, "memory llama-3.1-8b --gpu=24\u00a0parsecs"],
    ["plan", { examples: 1, ranks: [4, 4] }, "plan --examples 1 --ranks 4,4"],
    ["plan", { file: "no.yaml" }, "plan no.yaml"],
    ["config", { "adapter-or-results": "out", for: "axolotel" }, "config out --for axolotel"],
  ])("%s %j", async (name, input, line) => {
    const words = line.split(" ").map((word) => word.replaceAll("\u00a0", " "));
    const run = await cliHere([...words, "--json"], inFolder);
    expect(run.code).toBe(2);
    expect(await call(name, input)).toEqual({
      isError: true,
      content: [{ type: "text", text: run.stderr.trimEnd() }],
      _meta: JSON.parse(run.stdout),
    });
  });

  test.each([
    ["verdict", {}, "error: results must be present, got none"],
    ["verdict", { results: ["-"] }, "error: results must be a path, got -: standard input is the client's"],
    [
      "verdict",
      { results: "out", margni: 0.1 },
      "error: margni must be an argument of verdict, got an unknown one. Did you mean margin?",
    ],
    [
      "memory",
      { models: ["starter"], svg: "x.svg" },
      "error: svg must be an argument of memory, got an unknown one",
    ],
    ["status", { out: ["a", "b"] }, 'error: out must be a text, got ["a","b"]'],
    ["verdict", { results: ["out"], margin: { is: 1 } }, "error: --margin must be"],
    ["memory", { models: ["starter"], ranks: true }, "error: --ranks must be"],
  ])("%s %j", async (name, input, words) => {
    const { isError, content } = await call(name, input);
    expect([isError, content[0]!.text]).toEqual([true, expect.stringContaining(words)]);
  });
});

test("the tools have no flag that writes, trains or waits", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["plan", "memory", "status", "verdict", "compare", "config"]);
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
  const inputs = tools.flatMap(({ inputSchema }) => Object.keys(inputSchema.properties ?? {}));
  for (const own of ["suite", "outcome", "condition", "retain", "max-forgetting", "evaluate-every"])
    expect(inputs).toContain(own);
  const refused = ["svg", "measure", "print-config", "follow", "json", "force"];
  expect(inputs.filter((input) => refused.includes(input))).toEqual([]);
  const memory = tools.find(({ name }) => name === "memory");
  expect(memory!.inputSchema).toMatchObject({
    properties: { models: { type: "array" }, gpu: { description: expect.stringContaining("24GB") } },
    additionalProperties: false,
  });
});

test("what a model reads before its first call is at most 26.6 kB", async () => {
  const bytes = Buffer.byteLength(JSON.stringify(await client.listTools()));
  expect(bytes).toBeLessThanOrEqual(26_600);
  expect(bytes).toBeGreaterThan(15_000); // the arguments have their descriptions
});

describe("what is refused in files that an argument names", () => {
  const marker = join(folder, "it-ran");
  beforeAll(() => {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write(
      "judge.js",
      `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(marker)}, "");\nexport default () => 1;\n`,
    );
    write("judged.yaml", "data: say.jsonl\ntask: instruction\nmetric: file:judge.js\nranks: [1, 2]\n");
    write(
      "say.jsonl",
      Array.from({ length: 40 }, (_, i) => `{"prompt":"say ${i}","response":"${i}"}`).join("\n"),
    );
    write("input.yaml", 'data: "-"\n');
    write("root.yaml", "model: /\n");
    write("axolotl.yml", "base_model: /dev/zero\nadapter: lora\nlora_r: 8\n");
    mkdirSync(join(folder, "kept"));
    write(
      "kept/settings.json",
      JSON.stringify({
        folder,
        settings: { data: "say.jsonl", task: "instruction", metric: "file:judge.js" },
      }),
    );
    execFileSync("mkfifo", [join(folder, "pipe")]);
  });
  afterAll(() => expect(existsSync(marker)).toBe(false));

  test.each([
    ["plan", { file: "judged.yaml" }, "metric must be built in"],
    [
      "plan",
      { data: "say.jsonl", task: "instruction", metric: "not-file:judge.js" },
      "metric must be built in",
    ],
    ["plan", { results: "kept" }, "metric must be built in"],
    ["plan", { file: "input.yaml" }, "data must be a path, got -"],
    ["plan", { file: "root.yaml" }, "model must be a file or folder below the root of a disk, got /"],
    ["plan", { file: "pipe" }, "file must be a file or a folder, got the pipe or device pipe"],
    [
      "memory",
      { models: ["axolotl.yml"] },
      "models must be a file or a folder, got the pipe or device /dev/zero",
    ],
    ["status", { out: "out", redis: "redis://192.0.2.1:6379" }, "redis must be on this machine"],
  ])("%s %j", async (name, input, words) => {
    const { isError, content } = await call(name, input);
    expect([isError, content[0]!.text]).toEqual([true, expect.stringContaining(words)]);
  });
});

test("calls that the client cancels make room for the next at once", async () => {
  const cancel = new AbortController();
  const plan = { name: "plan", arguments: { ranks: [2, 4], seeds: 1 } };
  const calls = [1, 2, 3, 4].map(() => client.callTool(plan, undefined, { signal: cancel.signal }));
  const refused = Promise.all(calls.map((one) => expect(one).rejects.toThrow("not needed")));
  const { isError, content } = await call("memory", { list: true });
  expect([isError, content[0]!.text]).toEqual([true, expect.stringContaining("at most 4 at a time")]);
  cancel.abort("not needed");
  expect((await call("memory", { list: true })).isError).toBeUndefined();
  await refused;
});

test("nothing but messages was on standard output, and nothing on standard error", () => {
  expect([faults, stderr]).toEqual([[], ""]);
});

test("the server ends when its input does", async () => {
  const run = await cli(["mcp"], { ...inFolder, input: "" });
  expect(run).toEqual({ code: 0, stdout: "", stderr: "" });
});
