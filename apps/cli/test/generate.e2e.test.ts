import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors } from "@lorank/checkpoint/files";
import { expect, test } from "vitest";
import { cli } from "./cli.ts";

// Written by transformers and PEFT: packages/train/test/fixtures/README.md.
const families = fileURLToPath(new URL("../../../packages/train/test/fixtures/families/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lorank-generate-"));
const qwen3 = join(families, "qwen3");
const adapter = join(qwen3, "adapter");

interface Document {
  readonly answers: readonly {
    readonly adapter: string | null;
    readonly tokens: number[];
    readonly text?: string;
    readonly finish: string;
  }[];
}

/** The prompt and the first tokens of transformers' answer in the fixture's first row, which has no pads. */
function transformers(which: "base" | "adapter", count: number) {
  const integers = (file: string, name: string) =>
    Array.from(new BigInt64Array(openSafetensors(join(qwen3, file)).readBytes(name).slice().buffer), Number);
  const prompt = integers("expected.safetensors", "left.input_ids").slice(0, 10);
  return { prompt, tokens: integers("generated.safetensors", `${which}.tokens`).slice(0, count) };
}

test("--prompt-ids gives the tokens of transformers, of the base and of an adapter beside it", async () => {
  const base = transformers("base", 12);
  const ids = ["--prompt-ids", base.prompt.join(","), "--max-new-tokens", "12", "--ignore-eos", "--json"];
  const alone = await cli(["generate", qwen3, "--adapter", adapter, ...ids], { cwd: folder });
  expect(alone.code).toBe(0);
  expect((JSON.parse(alone.stdout) as Document).answers).toEqual([
    { prompt: 0, adapter, tokens: transformers("adapter", 12).tokens, finish: "length" },
  ]);
  const both = await cli(["generate", qwen3, "--adapter", `base,${adapter}`, ...ids], { cwd: folder });
  expect(
    (JSON.parse(both.stdout) as Document).answers.map((answer) => [answer.adapter, answer.tokens]),
  ).toEqual([
    [null, base.tokens],
    [adapter, transformers("adapter", 12).tokens],
  ]);
});

test("a text is streamed, and a file of prompts is answered in its order with references", async () => {
  writeFileSync(
    join(folder, "prompts.jsonl"),
    ["a", "b", "c"].map((prompt) => `${JSON.stringify({ prompt, response: `${prompt}!` })}\n`).join(""),
  );
  const some = ["--max-new-tokens", "3"];
  const one = await cli(["generate", "starter", "a", ...some], { cwd: folder });
  expect(one.code).toBe(0);
  expect(one.stderr).toContain("The starter was trained to classify");
  expect(one.stderr).toMatch(/3 tokens in .* s/);
  const out = join(folder, "answers.jsonl");
  const file = await cli(
    ["generate", "starter", "--prompts", "prompts.jsonl", "-o", out, "--json", ...some],
    {
      cwd: folder,
    },
  );
  const { answers } = JSON.parse(file.stdout) as Document;
  const lines = readFileSync(out, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(lines).toEqual(
    ["a", "b", "c"].map((prompt, i) => ({
      example: expect.any(String) as string,
      prompt,
      answer: answers[i]!.text,
      reference: `${prompt}!`,
      finish: answers[i]!.finish,
    })),
  );
  expect(one.stdout.trim()).toBe(answers[0]!.text!.trim());
});

test("a prompt comes from standard input", async () => {
  const some = ["--max-new-tokens", "3", "--json"];
  const piped = await cli(["generate", "starter", ...some], { cwd: folder, input: "a\n" });
  const typed = await cli(["generate", "starter", "a", ...some], { cwd: folder });
  expect(piped.stdout).toBe(typed.stdout);
});

test.each<[string[], string]>([
  [[qwen3, "hello"], "must hold tokenizer.json, got none"],
  [
    ["starter", "a", "--prompt-ids", "1"],
    "prompts must come from one place, got the argument and --prompt-ids",
  ],
  [
    ["starter", "--prompt-ids", "1,x"],
    "--prompt-ids must be token ids with commas between them, such as 3,14,15",
  ],
  [[qwen3, "--prompt-ids", "64"], "prompt 1 must hold token ids from 0 to 63, got 64"],
  [["starter", "--prompt-ids", "1", "--system", "x"], "--system must be absent with --prompt-ids"],
  [["starter", "a", "--system", "x"], "--system must come with a chat template that writes it, got none"],
  [["starter", "--prompts", "absent.txt"], "absent.txt must be a readable file"],
  [["starter", "a", "--top-p", "0"], "--top-p must be above 0 and at most 1, got 0"],
  [
    ["starter", "a", "-o", "x.jsonl", "--adapter", "base,a"],
    "--out must come with one adapter, whose answers a file holds, got 2",
  ],
  [["starter", "a", "-o", "no/such/file"], "--out must lie in a folder that exists, got no/such/file"],
])("bad input is refused with exit code 2: %j", async (args, message) => {
  const run = await cli(["generate", ...args], { cwd: folder });
  expect(run.stderr).toContain(message);
  expect(run.code).toBe(2);
  expect(existsSync(join(folder, "no"))).toBe(false);
});
