import { expect, test } from "vitest";
import { assertFloat } from "../../src/quantize/quantize-plan.ts";

const weight = { dtype: "BF16", byteLength: 8 };
const tensors = new Map([["w", weight]]);

test("a model of floats passes, a null in its config too", () => {
  assertFloat("m", { quantization_config: null }, tensors);
});

test.each([
  [{ quantization_config: { quant_method: "gptq" } }, tensors, 'a quantization_config of "gptq"'],
  [{ quantization_config: {} }, tensors, "a quantization_config of no quant_method"],
  [{}, new Map([...tensors, ["w.quant_state.bitsandbytes__fp4", weight]]), "w in 4 bits"],
])("refuses %j", (config, found, got) => {
  expect(() => assertFloat("m", config, found)).toThrow(
    expect.objectContaining({ code: "E_MODEL", message: `m must not be quantised already, got ${got}` }),
  );
});
