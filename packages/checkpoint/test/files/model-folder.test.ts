import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import {
  copyModelFiles,
  groupByFile,
  modelAt,
  readConfigText,
  writeShardIndex,
  writeTokenizerFiles,
} from "../../src/files/model-folder.ts";
import { writeSafetensors } from "../../src/files.ts";
import { modelConfig, modelDigest, modelWeights } from "../../src/model/model.ts";
import { modelTokenizer } from "../../src/model/tokenizer.ts";
import { sha256Hex } from "../../src/sha256.ts";
import { caught } from "../helpers/caught.ts";
import { fixture } from "../helpers/fixture.ts";
import { rawGguf } from "../helpers/raw-gguf.ts";
import { tinyLlama } from "../helpers/tiny-llama.ts";

describe("a model folder", () => {
  const CONFIG = '{"model_type": "llama"}\n';

  function model(): string {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "config.json"), CONFIG);
    writeSafetensors(
      join(folder, "model.safetensors"),
      new Map([["w", { shape: [2], data: Float32Array.of(1, 2) }]]),
    );
    return folder;
  }

  describe("readModelConfig", () => {
    test("gives the object and the digest of the file's own bytes", () => {
      expect(modelConfig(modelAt(model()))).toEqual({
        config: { model_type: "llama" },
        sha256: sha256Hex(CONFIG),
      });
    });

    test("gives the names of its classes", () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "config.json"), '{"id2label": {"1": "spam", "0": "ham"}}');
      expect(modelConfig(modelAt(folder)).classNames).toEqual(["ham", "spam"]);
      expect(modelConfig(modelAt(model())).classNames).toBeUndefined();
    });

    test("names the file that is missing, or is not JSON", () => {
      const folder = temporaryFolder();
      const path = join(folder, "config.json");
      expect(caught(() => modelConfig(modelAt(folder)))).toMatchObject({
        code: "E_FILE",
        message: `${path} must be a readable file, got ENOENT`,
      });
      writeFileSync(path, '{"hidden_size": }');
      const error = caught(() => modelConfig(modelAt(folder)));
      expect(error.code).toBe("E_JSON");
      expect(error.message.startsWith(`${path} must be JSON: `)).toBe(true);
      writeFileSync(path, "[]");
      expect(caught(() => modelConfig(modelAt(folder))).message).toBe(
        `${path} must be a JSON object, got an array`,
      );
    });
  });

  describe("openModelWeights", () => {
    test("opens model.safetensors", () => {
      const weights = modelWeights(modelAt(model()));
      expect([...weights.readFloat32("w")]).toEqual([1, 2]);
      weights.close();
    });

    test("says what it looked for, and that a pickle is no answer", () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "pytorch_model.bin"), "");
      expect(caught(() => modelWeights(modelAt(folder)))).toMatchObject({
        code: "E_MODEL",
        message:
          `${folder} must hold model.safetensors or model.safetensors.index.json, got neither\n` +
          "Weights in another format (pytorch_model.bin is a pickle and is never read) must be converted to safetensors.",
      });
    });
  });

  describe("modelSha256", () => {
    test("is the digest of what sha256sum prints for the two files", ({ skip }) => {
      const folder = model();
      let list = "";
      try {
        list = execFileSync("sha256sum", ["config.json", "model.safetensors"], {
          cwd: folder,
          encoding: "utf8",
        });
      } catch (error) {
        skip(`needs sha256sum(1): ${(error as Error).message}`);
      }
      expect(modelDigest(modelAt(folder))).toBe(sha256Hex(list));
    });

    test("changes with the config and with the weights, not with other files", () => {
      const folder = model();
      const digest = modelDigest(modelAt(folder));
      writeFileSync(join(folder, "README.md"), "x");
      expect(modelDigest(modelAt(folder))).toBe(digest);
      appendFileSync(join(folder, "config.json"), "\n");
      const other = modelDigest(modelAt(folder));
      expect(other).not.toBe(digest);
      writeSafetensors(
        join(folder, "model.safetensors"),
        new Map([["w", { shape: [2], data: Float32Array.of(1, 3) }]]),
      );
      expect(modelDigest(modelAt(folder))).not.toBe(other);
    });

    test("needs both files", () => {
      const folder = model();
      rmSync(join(folder, "model.safetensors"));
      expect(caught(() => modelDigest(modelAt(folder))).code).toBe("E_MODEL");
    });
  });

  describe("readConfigText", () => {
    test("gives a folder's config to the letter", () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "config.json"), '{"a": 1.0}');
      expect(readConfigText(folder)).toBe('{"a": 1.0}');
    });
    test("makes that of a GGUF", () => {
      const file = join(temporaryFolder(), "model.gguf");
      writeFileSync(file, rawGguf(tinyLlama()));
      expect(JSON.parse(readConfigText(file))).toMatchObject({ model_type: "llama", hidden_size: 8 });
    });
  });
});

describe("files beside the weights", () => {
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
});

describe("the tokenizer", () => {
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
      expect(modelTokenizer(modelAt(folder))).toEqual({
        tokenizer: TOKENIZER,
        config: {},
        chatTemplate: null,
        source: join(folder, "tokenizer.json"),
      });
    });

    test("gives the config and its chat template", () => {
      const config = { pad_token: "<pad>", chat_template: "{{ messages }}" };
      const folder = folderWith({ "tokenizer.json": TOKENIZER, "tokenizer_config.json": config });
      expect(modelTokenizer(modelAt(folder))).toMatchObject({ config, chatTemplate: "{{ messages }}" });
    });

    test("takes the default of several templates, and none when none is the default", () => {
      const tool = { name: "tool_use", template: "T" };
      const config = (chat_template: unknown) =>
        modelTokenizer(
          modelAt(folderWith({ "tokenizer.json": TOKENIZER, "tokenizer_config.json": { chat_template } })),
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
      expect(modelTokenizer(modelAt(folder)).chatTemplate).toBe("{# new ü #}\n");
    });

    test("says what to do without a tokenizer.json", () => {
      const folder = folderWith({ "vocab.txt": "[PAD]" });
      expect(caught(() => modelTokenizer(modelAt(folder)))).toMatchObject({
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
        const error = caught(() => modelTokenizer(modelAt(folder)));
        expect(error.code).toBe("E_TOKENIZER");
        return error.message.replace(folder, "F");
      };
      expect(message({ "tokenizer.json": "[]" })).toBe(
        "F/tokenizer.json must be a JSON object, got an array",
      );
      expect(message({ "tokenizer.json": {} })).toBe(
        "F/tokenizer.json: model must be an object, got nothing",
      );
      expect(
        message({ "tokenizer.json": TOKENIZER, "tokenizer_config.json": { chat_template: [{ name: "x" }] } }),
      ).toBe(
        "F/tokenizer_config.json: chat_template must be a string or a list of { name, template }, got " +
          '[{"name":"x"}]',
      );
      const folder = folderWith({ "tokenizer.json": TOKENIZER });
      mkdirSync(join(folder, "tokenizer_config.json"));
      expect(caught(() => modelTokenizer(modelAt(folder))).message).toBe(
        `${join(folder, "tokenizer_config.json")} must be a file, got a folder or device`,
      );
    });

    test("refuses a tokenizer.json of more than 100 MB before reading it", () => {
      const folder = folderWith({ "tokenizer.json": "{" });
      truncateSync(join(folder, "tokenizer.json"), 100_000_001); // a sparse file: no disk, no memory
      expect(caught(() => modelTokenizer(modelAt(folder))).message).toBe(
        `${join(folder, "tokenizer.json")} must have at most 100000000 bytes, got 100000001`,
      );
    });
  });
});

describe("weight files", () => {
  const index = "model.safetensors.index.json";

  test("groupByFile keeps the base's shards, sorted, and puts what is new into the last", () => {
    const base = temporaryFolder();
    const weightMap = { b: "model-2.safetensors", a: "model-1.safetensors", c: "model-2.safetensors" };
    writeFileSync(join(base, index), JSON.stringify({ weight_map: weightMap }));
    const sources = [
      ["c", "c"],
      ["new", undefined],
      ["renamed", "a"],
    ] as const;
    expect([...groupByFile(base, sources)]).toEqual([
      ["model-1.safetensors", ["renamed"]],
      ["model-2.safetensors", ["c", "new"]],
    ]);
  });

  test("groupByFile has one file for a base of one, and for a GGUF", () => {
    const base = temporaryFolder();
    writeFileSync(join(base, "model.safetensors"), "");
    for (const each of [base, "there/is/no.gguf"])
      expect([...groupByFile(each, [["a", "a"]])]).toEqual([["model.safetensors", ["a"]]]);
  });

  test("writeShardIndex says where each tensor is, sorted, and is silent about one file", () => {
    const folder = temporaryFolder();
    writeShardIndex(folder, new Map([["model.safetensors", ["a"]]]), 4);
    expect(() => readFileSync(join(folder, index))).toThrow("ENOENT");
    const files = new Map([
      ["model-1.safetensors", ["b"]],
      ["model-2.safetensors", ["a", "c"]],
    ]);
    writeShardIndex(folder, files, 12);
    expect(readFileSync(join(folder, index), "utf8")).toBe(
      `${JSON.stringify(
        {
          metadata: { total_size: 12 },
          weight_map: { a: "model-2.safetensors", b: "model-1.safetensors", c: "model-2.safetensors" },
        },
        null,
        2,
      )}\n`,
    );
  });
});
