import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyModelFiles, writeTokenizerFiles } from "../../src/files/model-folder.ts";
import { fixture } from "../helpers/fixture.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("copies what a hub cache only links to, one folder deep, and neither weights nor the config", () => {
  const [blobs, from, to] = [temporaryFolder(), temporaryFolder(), join(temporaryFolder(), "to")];
  writeFileSync(join(blobs, "4f2a"), "tokenizer");
  symlinkSync(join(blobs, "4f2a"), join(from, "tokenizer.json"));
  for (const file of ["config.json", "model.safetensors", "model.safetensors.index.json", "README.md"])
    writeFileSync(join(from, file), "");
  mkdirSync(join(from, "1_Pooling", "deeper"), { recursive: true });
  writeFileSync(join(from, "1_Pooling", "config.json"), "{}");
  writeFileSync(join(from, "1_Pooling", "deeper", "config.json"), "{}");
  copyModelFiles(from, to);
  expect(readdirSync(to, { recursive: true }).toSorted()).toEqual([
    "1_Pooling",
    "1_Pooling/config.json",
    "tokenizer.json",
  ]);
  expect(readFileSync(join(to, "tokenizer.json"), "utf8")).toBe("tokenizer");
});

test("a GGUF's tokenizer becomes the files of a model folder; one without says so", () => {
  const to = temporaryFolder();
  expect(writeTokenizerFiles(fixture("gguf/tokenizers/smollm.gguf"), to)).toBeNull();
  expect(readdirSync(to)).toEqual(expect.arrayContaining(["tokenizer.json", "tokenizer_config.json"]));
  expect(JSON.parse(readFileSync(join(to, "tokenizer.json"), "utf8"))).toHaveProperty("model");
  const bare = temporaryFolder();
  expect(writeTokenizerFiles(fixture("gguf/families/llama.gguf"), bare)).toContain("tokenizer");
  expect(readdirSync(bare)).toEqual([]);
});
