import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelTokenizer } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { modelFolder } from "@lorank/starter";
import { nodeInputs } from "@lorank/train";

import { loadDataset } from "@lorank/train/browser";
import { createTokenizer } from "@lorank/train/tokenizer";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { tokenised, tokensKey } from "../src/data/tokenised.ts";
import { cli } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

function writeData(folder: string): { texts: string; instructions: string } {
  const lines = (count: number, of: (i: number) => object): string =>
    Array.from({ length: count }, (_, i) => JSON.stringify(of(i))).join("\n");
  const texts = join(folder, "texts.jsonl");
  writeFileSync(
    texts,
    lines(40, (i) => ({
      text: `letter ${i} about nothing at all, and then a little more of it`,
      label: i % 2 ? "spam" : "ham",
    })),
  );
  const instructions = join(folder, "instructions.jsonl");
  writeFileSync(
    instructions,
    lines(20, (i) => ({
      prompt: `what is ${i} and ${i}?`,
      response: `${2 * i}, as always, and so on and so forth until the end`,
    })),
  );
  return { texts, instructions };
}

describe("tokenised", () => {
  test.each([
    ["texts", 8],
    ["instructions", 16],
  ] as const)("%s: from the cache as when they are made", async (kind, few) => {
    const folder = temporaryFolder();
    const cache = { folder: join(folder, "cache"), mostBytes: 1e9 };
    const data = await loadDataset({ data: writeData(folder)[kind] }, nodeInputs().readData);
    let count = 0;
    const get = (maxLength: number) =>
      tokenised(
        modelFolder,
        { ...data.inputs, maxLength },
        (tokenizer) => {
          count++;
          return data.tokenise(tokenizer, maxLength);
        },
        cache,
      );
    const exact = data.tokenise(createTokenizer(modelAt(modelFolder)), 64);
    expect(get(64)).toEqual(exact);
    expect(get(64)).toEqual(exact);
    expect(count).toBe(1);
    const cut = data.tokenise(createTokenizer(modelAt(modelFolder)), few);
    expect(get(few)).toEqual(cut);
    expect(cut).not.toEqual(exact);
    expect(count).toBe(2);
  });

  test("a chat template that writes the date is not kept", () => {
    const folder = temporaryFolder();
    const model = join(folder, "model");
    mkdirSync(model);
    for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"])
      copyFileSync(join(modelFolder, name), join(model, name));
    writeFileSync(join(model, "chat_template.jinja"), "{{ strftime_now('%d') }}{{ messages[0].content }}");
    const cache = { folder: join(folder, "cache"), mostBytes: 1e9 };
    let count = 0;
    const get = (usesChatTemplate: boolean) =>
      tokenised(model, { settings: 0, maxLength: 9, parts: [], usesChatTemplate }, () => ++count, cache);
    expect([get(true), get(true), get(false), get(false)]).toEqual([1, 2, 3, 3]);
  });

  test("the key changes with each thing that tokens depend on", () => {
    const read = modelTokenizer(modelAt(modelFolder));
    const row = { id: "1", text: "a", label: "x" };
    const other = { id: "2", text: "b", label: "y" };
    const inputs = { settings: { template: null }, maxLength: 9, parts: [[row, other], [row]] };
    const keys = [
      tokensKey(read, "llama", inputs),
      tokensKey(read, "gpt2", inputs),
      tokensKey({ ...read, tokenizer: { ...read.tokenizer, normalizer: 1 } }, "llama", inputs),
      tokensKey({ ...read, config: { ...read.config, eos_token: "!" } }, "llama", inputs),
      tokensKey({ ...read, chatTemplate: "t" }, "llama", inputs),
      tokensKey(read, "llama", { ...inputs, maxLength: 10 }),
      tokensKey(read, "llama", { ...inputs, settings: { template: "t" } }),
      tokensKey(read, "llama", { ...inputs, parts: [[other, row], [row]] }),
      tokensKey(read, "llama", { ...inputs, parts: [[row], [other, row]] }),
      tokensKey(read, "llama", { ...inputs, parts: [[row, { ...other, text: "B" }], [row]] }),
      tokensKey(read, "llama", { ...inputs, parts: [[row, { ...other, label: "x" }], [row]] }),
      tokensKey(read, "llama", { ...inputs, parts: [[row, { ...other, id: "3" }], [row]] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(tokensKey(read, "llama", structuredClone(inputs))).toBe(keys[0]);
  });

  test("one command reads what another has tokenised", async () => {
    const cwd = temporaryFolder();
    const cache = join(cwd, "cache");
    writeTinyModel(join(cwd, "tiny"));
    writeData(cwd);
    const options = { cwd, env: { LORANK_TOKEN_CACHE: cache } };
    const flags = ["--model", "tiny", "--data", "texts.jsonl", "--dry-run"];
    const first = await cli(["sweep", ...flags, "--ranks", "2"], options);
    expect(first).toMatchObject({ code: 0 });
    const [name, ...none] = readdirSync(cache);
    expect(none).toEqual([]);
    // What is kept, with a note by which it can be told.
    const text = readFileSync(join(cache, name!), "utf8").slice(65);
    const changed = JSON.stringify({ ...JSON.parse(text), notes: ["read again"] });
    const digest = createHash("sha256").update(changed).digest("hex");
    writeFileSync(join(cache, name!), `${digest}\n${changed}`);
    const second = await cli(["sweep", ...flags, "--ranks", "4"], options);
    expect(second.stdout + second.stderr).toContain("read again");
    const off = await cli(["sweep", ...flags, "--ranks", "4"], { cwd, env: { LORANK_TOKEN_CACHE: "off" } });
    expect(off.stdout + off.stderr).not.toContain("read again");
    expect(readdirSync(cache)).toEqual([name]);
  });
});
