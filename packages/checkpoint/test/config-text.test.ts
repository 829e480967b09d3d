import { describe, expect, test } from "vitest";
import { changedConfigText, configText, dtypeMember } from "../src/config-text.ts";

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

test("dtypeMember names the type under the name that the config has for it", () => {
  expect(dtypeMember({ dtype: "float32" }, "BF16")).toEqual({ dtype: "bfloat16" });
  expect(dtypeMember({}, "F16")).toEqual({ torch_dtype: "float16" });
  expect(dtypeMember({ dtype: "float32" }, undefined)).toEqual({});
});
