// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import type { GradientCheck } from "../../src/protocol.ts";
import { openPage, press, text } from "./open-page.tsx";

describe("the check of gradients", () => {
  const check: GradientCheck = {
    ...{
      model: "A classifier",
      device: "wasm",
      tensors: 31,
      numbers: 1234,
      worst: "layer.0",
      tolerance: 1e-4,
    },
    ...{ loss: 0, logits: 2e-7, gradients: 1.5e-6 },
  };

  test("shows the largest difference, of what, and whether it is rounding", async () => {
    const page = await openPage();
    await press("Check gradients");
    expect(text(".checked")).toBe("Checking…");
    const before = page.sent.length;
    await press("Check gradients");
    expect(page.sent).toHaveLength(before);
    await page.hear({ kind: "gradients", check });
    expect(text(".checked")).toBe(
      "The same, but for float32 rounding. Largest difference in 1,234 gradients of 31 tensors: 1.5 · 10⁻⁶ of the tensor's " +
        "largest, in layer.0.A classifier, on WebAssembly. Loss: 0 apart; logits: 2.0 · 10⁻⁷. Up to 1.0 · 10⁻⁴ is rounding.",
    );
  });

  test.each(["loss", "logits", "gradients"])("is failed by a difference in %s", async (part) => {
    const page = await openPage();
    await page.hear({ kind: "gradients", check: { ...check, [part]: 1e-4 } });
    expect(text(".checked")).toMatch(/^The same/);
    await page.hear({ kind: "gradients", check: { ...check, device: "webgpu", [part]: 2e-12 + 1e-4 } });
    expect(text(".checked")).toMatch(/^Not the same: .*, on the GPU\. /);
    await page.hear({ kind: "gradients", check: { ...check, [part]: Number.NaN } });
    expect(text(".checked")).toMatch(/^Not the same/);
  });

  test("says why it could not be made, and is offered on a GPU where there is one", async () => {
    const page = await openPage({ gpu: { requestAdapter: async () => ({}) } });
    await press("Check on the GPU");
    expect(page.sent.at(-1)).toEqual({ kind: "check-gradients", device: "webgpu" });
    await page.hear({ kind: "error", of: "gradients", text: "no memory" });
    expect(text(".checked .failure")).toBe("no memory");
  });
});
