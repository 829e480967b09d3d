import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors } from "@lorank/checkpoint/files";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";

// Written by transformers and PEFT: packages/train/test/fixtures/README.md.
const families = fileURLToPath(
  new URL("../../../../packages/train/test/fixtures/families/", import.meta.url),
);
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
  const alone = await cliHere(["generate", qwen3, "--adapter", adapter, ...ids]);
  expect(alone.code).toBe(0);
  expect((JSON.parse(alone.stdout) as Document).answers).toEqual([
    { prompt: 0, adapter, tokens: transformers("adapter", 12).tokens, finish: "length" },
  ]);
  const both = await cliHere(["generate", qwen3, "--adapter", `base,${adapter}`, ...ids]);
  expect(
    (JSON.parse(both.stdout) as Document).answers.map((answer) => [answer.adapter, answer.tokens]),
  ).toEqual([
    [null, base.tokens],
    [adapter, transformers("adapter", 12).tokens],
  ]);
});

test("a file of prompts is answered in its order with references, each as if it were asked alone", async () => {
  const folder = temporaryFolder();
  const rows = ["a", "b", "c"].map((prompt) => `${JSON.stringify({ prompt, response: `${prompt}!` })}\n`);
  writeFileSync(join(folder, "prompts.jsonl"), rows.join(""));
  const some = ["--max-new-tokens", "3"];
  const one = await cliHere(["generate", "starter", "a", ...some]);
  const args = [
    "generate",
    "starter",
    "--prompts",
    "prompts.jsonl",
    "-o",
    "answers.jsonl",
    "--json",
    ...some,
  ];
  const { answers } = JSON.parse((await cliHere(args, { cwd: folder })).stdout) as Document;
  const lines = readFileSync(join(folder, "answers.jsonl"), "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
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
  const piped = await cliHere(["generate", "starter", ...some], { input: "a\n" });
  const typed = await cliHere(["generate", "starter", "a", ...some]);
  expect(piped.stdout).toBe(typed.stdout);
});
