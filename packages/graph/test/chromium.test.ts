import { describe, expect, test } from "vitest";
import { CHROMIUM_PATH, hasChromium } from "../../../scripts/chromium.ts";
import { runInWorker } from "../../../scripts/chromium-worker.ts";
import { opCases } from "./cases.ts";
import type { CaseOutcomes } from "./in-chromium/cases-on.ts";

const reason = hasChromium ? "" : ` (skipped: there is no Chromium at ${CHROMIUM_PATH})`;

const workerOn = (build: "wasm" | "webgpu") => new URL(`in-chromium/${build}.ts`, import.meta.url);

function expectNumbers({ outcomes }: CaseOutcomes): void {
  const wrong = opCases.filter(({ name }) => !(Number(outcomes[name]) < 5e-6));
  expect(wrong.map(({ name }) => [name, outcomes[name]])).toEqual([]);
}

describe.skipIf(!hasChromium)(`in a worker of Chromium${reason}`, () => {
  test.each([
    { page: "cross-origin isolated, two threads", isolated: true, threads: 2 },
    { page: "not isolated, one thread", isolated: false, threads: 1 },
  ])("WebAssembly gives the interpreter's numbers: $page", async ({ isolated, threads }) => {
    const { value, fetched } = await runInWorker({
      module: workerOn("wasm"),
      asked: threads,
      isolated,
    });
    const answer = value as CaseOutcomes;
    expect(answer.isolated).toBe(isolated);
    expectNumbers(answer);
    // Of 139 MB in the package, 14 MB and their loader; a loader for each further thread.
    expect([...new Set(fetched)].sort()).toEqual([
      "ort-wasm-simd-threaded.mjs",
      "ort-wasm-simd-threaded.wasm",
    ]);
  });

  test("WebGPU gives them too, on a driver that computes on the CPU", async () => {
    const { value, fetched } = await runInWorker({
      module: workerOn("webgpu"),
      asked: 1,
      isolated: false,
      webgpu: true,
    });
    expectNumbers(value as CaseOutcomes);
    expect([...new Set(fetched)].sort()).toEqual([
      "ort-wasm-simd-threaded.asyncify.mjs",
      "ort-wasm-simd-threaded.asyncify.wasm",
    ]);
  });
});
