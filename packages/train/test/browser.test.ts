import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { modelSource, peftAdapterFiles } from "@lorank/checkpoint";
import { onnxRuntimeFrom } from "@lorank/graph";
import { loadWasm } from "@lorank/onnxruntime";
import { beforeAll, describe, expect, test } from "vitest";
import { usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";
import { CHROMIUM_PATH, hasChromium } from "../../../scripts/chromium.ts";
import { runInWorker } from "../../../scripts/chromium-worker.ts";
import type { TrialInputs } from "../src/base/trial-model.ts";
import { type CheckpointStore, prepareTraining, runTrial, type TrialEvent } from "../src/browser.ts";
import { nodeInputs } from "../src/node/data-files.ts";
import { runTrial as runInNode } from "../src/node/trials.ts";
import { trialId, trialSpec } from "../src/spec.ts";
import type { StoredControl } from "../src/trial/run-trial.ts";
import { fastClock } from "./helpers/five-steps.ts";
import { tinyTexts } from "./helpers/tiny.ts";
import type { AskedTrial, TrialInChromium } from "./in-chromium/one-trial.ts";

const root = new URL("../", import.meta.url);

test("the entry for browsers bundles without a module of Node's", async () => {
  const bundle = await wholeBundle("@lorank/train/browser", root);
  // csv-parse brings a Buffer of its own to browsers.
  expect(usesOfNode(bundle).filter((use) => use !== "Buffer")).toEqual([]);
  expect(bundle.bytes).toBeLessThan(647_000); // 646 kB, 5 of it evaluations on the way, 15 columns from a file's head and quoted cells: answers and their metrics, Parquet and its compression 165, chat templates and CSV 50 each
});

test.each(["data", "defaults", "engine", "spec", "tokenizer"])("so does the entry %s", async (entry) => {
  const bundle = await wholeBundle(`@lorank/train/${entry}`, root);
  expect(usesOfNode(bundle).filter((use) => use !== "Buffer")).toEqual([]);
});

test("the entry for work in Node does not: this test could see it", async () => {
  await expect(wholeBundle("@lorank/train", root)).rejects.toThrow('Could not resolve "');
});

const { model: folder, data } = tinyTexts();
const name = basename(folder);
const csv = join(folder, "emails.csv");
writeFileSync(csv, `text,label\n${data.map(({ text, label }) => `${text},${label}\n`).join("")}`);
const files = new Map(
  readdirSync(folder).map((file) => [file, Uint8Array.from(readFileSync(join(folder, file)))]),
);
const model = modelSource(name, files);
const settings = { epochs: 2, batchSize: 8, maxLength: 24, dropout: 0.1, learningRate: 0.01 };

const prepared = await prepareTraining({ ...settings, model: name, data: "emails.csv" }, [2], {
  findModel: () => model,
  readData: (file) => files.get(file)!,
});
const spec = trialSpec(prepared.config, 2, 1);

test("the same bytes become the same data, spec and trial as from paths", async () => {
  const inNode = await prepareTraining({ ...settings, model: folder, data: csv }, [2], nodeInputs());
  expect(prepared.dataset).toEqual(inNode.dataset);
  expect(spec).toEqual(trialSpec(inNode.config, 2, 1));
  expect(trialId(spec)).toBe(trialId(trialSpec(inNode.config, 2, 1)));
  expect(prepared.notes).toEqual(inNode.notes.map((note) => note.replaceAll(csv, "emails.csv")));
});

describe("a trial on ONNX Runtime as WebAssembly", () => {
  let inputs: TrialInputs;
  beforeAll(async () => {
    const ort = await loadWasm();
    inputs = {
      model,
      dataset: prepared.dataset,
      runtime: (computeDtype) => onnxRuntimeFrom(ort, { computeDtype }),
      threads: 1,
      host: { node: "Chromium 140", machine: "a page", peakBytes: () => 0 },
    };
  });
  const run = async (control?: StoredControl, onEvent?: (event: TrialEvent) => void) => {
    const { result, adapter } = await runTrial(spec, inputs, onEvent, control);
    return { result, bytes: peftAdapterFiles(adapter).get("adapter_model.safetensors")! };
  };
  const losses = (result: Awaited<ReturnType<typeof run>>["result"]) => [
    ...result.lossCurve.map(({ loss }) => loss),
    ...result.evaluation!.logLosses,
  ];

  test("has the losses of the native build to float32 rounding, and the same bytes each time", async () => {
    const [one, two] = [await run(), await run()];
    expect(two.bytes).toEqual(one.bytes);
    const native = await runInNode(spec, { modelPath: folder, datasetFile: prepared.dataset, threads: 1 });
    const wanted = losses(native.result);
    expect(losses(one.result)).toHaveLength(wanted.length);
    for (const [i, loss] of losses(one.result).entries()) expect(loss).toBeCloseTo(wanted[i]!, 4);
    expect(one.result.measured.provenance).toMatchObject({
      node: "Chromium 140",
      device: "wasm: a page",
    });
  });

  test.skipIf(!hasChromium)(
    `gives the same bytes in a worker of Chromium${hasChromium ? "" : ` (skipped: there is none at ${CHROMIUM_PATH})`}`,
    async () => {
      const asked: AskedTrial = {
        settings,
        name,
        files: [...files].map(([file, bytes]) => [file, [...bytes]]),
      };
      const module = new URL("in-chromium/one-trial.ts", import.meta.url);
      const { value } = await runInWorker({ module, asked, isolated: false });
      const there = value as TrialInChromium;
      const here = await run();
      expect(there).toMatchObject({ id: trialId(spec), device: "wasm: a worker" });
      expect(there.losses).toEqual(here.result.lossCurve.map(({ loss }) => loss));
      expect(Uint8Array.from(there.adapter)).toEqual(here.bytes);
    },
  );

  test("goes on from a store of bytes to the bytes of one that nobody stopped", async () => {
    const kept = new Map<string, Uint8Array>();
    const store: CheckpointStore = {
      names: () => [...kept.keys()],
      open: (name) => ({
        path: name,
        byteLength: kept.get(name)!.length,
        read: (offset, length) => kept.get(name)!.slice(offset, offset + length),
        close: () => {},
      }),
      write: (name, parts) => kept.set(name, Uint8Array.from(Buffer.concat(parts))),
      remove: (name) => kept.delete(name),
    };
    const checkpoints = { store, every: { steps: 1 }, now: fastClock() };
    const stop = new AbortController();
    const halfway = (event: TrialEvent) => {
      if (event.kind === "step" && event.step === 3) stop.abort(new Error("the tab was closed"));
    };
    await expect(run({ checkpoints, signal: stop.signal }, halfway)).rejects.toThrow("the tab was closed");
    expect(kept.size).toBe(2);
    const events: TrialEvent[] = [];
    const resumed = await run({ checkpoints: { store, every: "off" } }, (event) => events.push(event));
    expect(events[0]).toMatchObject({ kind: "resumed", step: 3 });
    expect(resumed.bytes).toEqual((await run()).bytes);
  });

  test("refuses a runtime that computes in another type than the spec", async () => {
    const half = { ...spec, compute: "float16" } as const;
    const float32 = () => inputs.runtime("float32");
    await expect(runTrial(half, { ...inputs, runtime: float32 })).rejects.toMatchObject({
      code: "E_COMPUTE",
      message: "the runtime must compute in float16, got float32",
    });
  });
});
