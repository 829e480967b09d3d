import { describe, expect, test } from "vitest";
import { settings } from "../../src/commands/quantize/command.ts";
import { withDefaults } from "../../src/commands/quantize/quantize.ts";
import { blocksAndLayers } from "../../src/flags/kinds.ts";
import type { RawFlags } from "../../src/output.ts";
import { readFlags } from "../../src/settings/read.ts";

const quantizeSettings = (flags: RawFlags) => withDefaults(readFlags(settings, flags));

describe("the settings of quantize", () => {
  test("reads the flags", () => {
    const flags = {
      out: "o",
      format: "fp4",
      blockSize: "128",
      doubleQuant: true,
      keepLayers: "0",
      dtype: "bf16",
    };
    expect(quantizeSettings(flags)).toEqual({
      out: "o",
      format: "fp4",
      blockSize: 128,
      doubleQuant: true,
      keepLayers: [0],
      dtype: "BF16",
      force: false,
    });
  });
  test("says all that is wrong at once", () => {
    expect(() => quantizeSettings({ out: "o", format: "int8", blockSize: "100" })).toThrow(
      '--format must be nf4 or fp4, got "int8"\n' +
        "--block-size must be one of 32, 64, 128, 256, 512, 1024, 2048, 4096, got 100",
    );
  });
});

test.each([
  ["0,11,mlp.down_proj", [0, 11, "mlp.down_proj"]],
  [" 1 , model.layers.3.self_attn.q_proj,", [1, "model.layers.3.self_attn.q_proj"]],
  ["", []],
])("blocks and layers: %j", (text, keep) => {
  expect(blocksAndLayers.parse(text)).toEqual(keep);
});
