// WebGPU on a driver that computes on the processor, which is slower than WebAssembly.
import { describe, expect, test } from "vitest";
import { SOFTWARE_GPU_FLAGS } from "../../../../scripts/chromium.ts";
import { isNightly, onlyNightly } from "../../../../scripts/nightly.ts";
import { askFor, hasChromium, playgroundVisitor, reached } from "./open.ts";

describe.skipIf(!hasChromium)("a GPU in Chromium", () => {
  const visit = playgroundVisitor(SOFTWARE_GPU_FLAGS);

  test("is not offered where its driver computes on the processor", async () => {
    const { page } = await visit();
    expect(await page.evaluate("navigator.gpu.requestAdapter().then((adapter) => adapter !== null)")).toBe(
      true,
    );
    await page.getByText("More settings").click();
    expect(await page.getByLabel("Device").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Check on the GPU" }).count()).toBe(0);
  });

  // The software driver compiles for a minute.
  test.runIf(isNightly)(
    `comes to WebAssembly's losses, and is not taken where it is slower${onlyNightly}`,
    async () => {
      const { page, context, served } = await visit();
      await context.addInitScript(
        "Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { value: false })",
      );
      await page.goto(served.address);
      await askFor(page, { seeds: 1, train: 8, validation: 8 });
      await page.getByLabel("Batch size").fill("2");
      await page.getByLabel("Device").selectOption("webgpu");
      await page.getByRole("button", { name: "Start" }).click();
      const device = page.getByText("Runs on WebAssembly: ");
      await device.waitFor();
      // Not "the GPU's losses are … off".
      expect(await device.textContent()).toMatch(/: [\d.]+ s a step on the GPU, [\d.]+ s on WebAssembly\.$/);
      await reached(page, "#verdict");
    },
  );
});
