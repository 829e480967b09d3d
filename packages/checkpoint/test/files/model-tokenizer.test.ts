import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readModelTokenizer } from "../../src/files.ts";
import { caught } from "../helpers/caught.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const TOKENIZER = { version: "1.0", model: { type: "BPE", vocab: {}, merges: [] } };

function folderWith(files: Record<string, unknown>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

describe("readModelTokenizer of a folder", () => {
  test("gives the tokenizer alone where there is no more", () => {
    const folder = folderWith({ "tokenizer.json": TOKENIZER });
    expect(readModelTokenizer(folder)).toEqual({
      tokenizer: TOKENIZER,
      config: {},
      chatTemplate: null,
      source: join(folder, "tokenizer.json"),
    });
  });

  test("gives the config and its chat template", () => {
    const config = { pad_token: "<pad>", chat_template: "{{ messages }}" };
    const folder = folderWith({ "tokenizer.json": TOKENIZER, "tokenizer_config.json": config });
    expect(readModelTokenizer(folder)).toMatchObject({ config, chatTemplate: "{{ messages }}" });
  });

  test("takes the default of several templates, and none when none is the default", () => {
    const tool = { name: "tool_use", template: "T" };
    const config = (chat_template: unknown) =>
      readModelTokenizer(
        folderWith({ "tokenizer.json": TOKENIZER, "tokenizer_config.json": { chat_template } }),
      );
    expect(config([tool, { name: "default", template: "D" }]).chatTemplate).toBe("D");
    expect(config([tool]).chatTemplate).toBeNull();
  });

  test("lets chat_template.jinja win over the config", () => {
    const folder = folderWith({
      "tokenizer.json": TOKENIZER,
      "tokenizer_config.json": { chat_template: "old" },
      "chat_template.jinja": "{# new ü #}\n",
    });
    expect(readModelTokenizer(folder).chatTemplate).toBe("{# new ü #}\n");
  });

  test("says what to do without a tokenizer.json", () => {
    const folder = folderWith({ "vocab.txt": "[PAD]" });
    expect(caught(() => readModelTokenizer(folder))).toMatchObject({
      code: "E_TOKENIZER",
      message:
        `${folder} must hold tokenizer.json, got none\n` +
        "A tokenizer in another format (tokenizer.model, vocab.txt, vocab.json and merges.txt) must be converted: " +
        'AutoTokenizer.from_pretrained(folder).save_pretrained(folder) of the Python package "transformers" does it.',
    });
  });

  test("names the file that is not JSON, not a tokenizer, not a file or not UTF-8", () => {
    const message = (files: Record<string, unknown>) => {
      const folder = folderWith(files);
      const error = caught(() => readModelTokenizer(folder));
      expect(error.code).toBe("E_TOKENIZER");
      return error.message.replace(folder, "F");
    };
    expect(message({ "tokenizer.json": "[]" })).toBe("F/tokenizer.json must be a JSON object, got an array");
    expect(message({ "tokenizer.json": {} })).toBe("F/tokenizer.json: model must be an object, got nothing");
    expect(
      message({ "tokenizer.json": TOKENIZER, "tokenizer_config.json": { chat_template: [{ name: "x" }] } }),
    ).toBe(
      "F/tokenizer_config.json: chat_template must be a string or a list of { name, template }, got " +
        '[{"name":"x"}]',
    );
    const folder = folderWith({ "tokenizer.json": TOKENIZER });
    mkdirSync(join(folder, "tokenizer_config.json"));
    expect(caught(() => readModelTokenizer(folder)).message).toBe(
      `${join(folder, "tokenizer_config.json")} must be a file, got a folder or device`,
    );
  });

  test("refuses a tokenizer.json of more than 100 MB before reading it", () => {
    const folder = folderWith({ "tokenizer.json": "{" });
    truncateSync(join(folder, "tokenizer.json"), 100_000_001); // a sparse file: no disk, no memory
    expect(caught(() => readModelTokenizer(folder)).message).toBe(
      `${join(folder, "tokenizer.json")} must have at most 100000000 bytes, got 100000001`,
    );
  });
});
