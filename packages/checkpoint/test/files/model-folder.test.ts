import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256OfBytes } from "../../src/byte-source.ts";
import { readConfigText } from "../../src/files/model-folder.ts";
import { modelSha256, openModelWeights, readModelConfig, writeSafetensors } from "../../src/files.ts";
import { caught } from "../helpers/caught.ts";
import { rawGguf } from "../helpers/raw-gguf.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { tinyLlama } from "../helpers/tiny-llama.ts";

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
    expect(readModelConfig(model())).toEqual({
      config: { model_type: "llama" },
      sha256: sha256OfBytes(CONFIG),
    });
  });

  test("names the file that is missing, or is not JSON", () => {
    const folder = temporaryFolder();
    const path = join(folder, "config.json");
    expect(caught(() => readModelConfig(folder))).toMatchObject({
      code: "E_FILE",
      message: `${path} must be a readable file, got ENOENT`,
    });
    writeFileSync(path, '{"hidden_size": }');
    const error = caught(() => readModelConfig(folder));
    expect(error.code).toBe("E_JSON");
    expect(error.message.startsWith(`${path} must be JSON: `)).toBe(true);
    writeFileSync(path, "[]");
    expect(caught(() => readModelConfig(folder)).message).toBe(`${path} must be a JSON object, got an array`);
  });
});

describe("openModelWeights", () => {
  test("opens model.safetensors", () => {
    const weights = openModelWeights(model());
    expect([...weights.readFloat32("w")]).toEqual([1, 2]);
    weights.close();
  });

  test("says what it looked for, and that a pickle is no answer", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "pytorch_model.bin"), "");
    expect(caught(() => openModelWeights(folder))).toMatchObject({
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
    expect(modelSha256(folder)).toBe(sha256OfBytes(list));
  });

  test("changes with the config and with the weights, not with other files", () => {
    const folder = model();
    const digest = modelSha256(folder);
    writeFileSync(join(folder, "README.md"), "x");
    expect(modelSha256(folder)).toBe(digest);
    appendFileSync(join(folder, "config.json"), "\n");
    const other = modelSha256(folder);
    expect(other).not.toBe(digest);
    writeSafetensors(
      join(folder, "model.safetensors"),
      new Map([["w", { shape: [2], data: Float32Array.of(1, 3) }]]),
    );
    expect(modelSha256(folder)).not.toBe(other);
  });

  test("needs both files", () => {
    const folder = model();
    rmSync(join(folder, "model.safetensors"));
    expect(caught(() => modelSha256(folder)).code).toBe("E_MODEL");
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
