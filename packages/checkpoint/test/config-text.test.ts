import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { changedConfigText, configText, dtypeMember, readConfigText } from "../src/config-text.ts";
import { rawGguf } from "./helpers/raw-gguf.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";
import { tinyLlama } from "./helpers/tiny-llama.ts";

test("configText writes whole numbers as floats where a reader is strict", () => {
  const config = {
    rope_theta: 10000,
    hidden_size: 64,
    rms_norm_eps: 1e-6,
    rope: { rope_theta: 500000, factor: 8 },
  };
  expect(configText(config)).toBe(
    [
      "{",
      '  "rope_theta": 10000.0,',
      '  "hidden_size": 64,',
      '  "rms_norm_eps": 0.000001,',
      '  "rope": {',
      '    "rope_theta": 500000.0,',
      '    "factor": 8.0',
      "  }",
      "}",
    ].join("\n"),
  );
});

describe("changedConfigText", () => {
  test("takes no name of a class for that of a setting which must be a float", () => {
    const changed = changedConfigText("{}", () => ({ label2id: { factor: 0, range: 1 } }));
    expect(changed).toBe('{\n  "label2id": {\n    "factor": 0,\n    "range": 1\n  }\n}\n');
  });

  test("keeps what does not change to the letter, and writes what is new with the floats that a reader asks for", () => {
    const text = '{"rms_norm_eps": 1e-06, "a": [1.0, 2], "b": 1}';
    const changed = changedConfigText(text, (config) => ({ ...config, b: { llm_int8_threshold: 6, c: 6 } }));
    expect(changed).toBe(
      [
        "{",
        '  "rms_norm_eps": 1e-06,',
        '  "a": [1.0, 2],',
        '  "b": {',
        '    "llm_int8_threshold": 6.0,',
        '    "c": 6',
        "  }",
        "}",
        "",
      ].join("\n"),
    );
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

test("dtypeMember names the type under the name that the config has for it", () => {
  expect(dtypeMember({ dtype: "float32" }, "BF16")).toEqual({ dtype: "bfloat16" });
  expect(dtypeMember({}, "F16")).toEqual({ torch_dtype: "float16" });
  expect(dtypeMember({ dtype: "float32" }, undefined)).toEqual({});
});
