import { existsSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { expect } from "vitest";
import { foreignAdapter, smallAdapter } from "../small-adapter.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { shows, type Terminal } from "./shows.ts";

const classNames = ["warm", "cold", "wet"];

/** An adapter `r3` of three classes and its base `tiny`. */
function writeBoth({ folder }: Terminal): void {
  writeTinyModel(join(folder, "tiny"));
  writePeftAdapter(join(folder, "r3"), smallAdapter({ classNames }));
}

/** An adapter `dora` with magnitudes and no head. */
function writeDora({ folder }: Terminal): void {
  const layers = [...smallAdapter().layers].map(
    ([path, layer]) =>
      [path, { ...layer, magnitude: new Float32Array(layer.loraB.shape[0]).fill(2) }] as const,
  );
  writePeftAdapter(
    join(folder, "dora"),
    smallAdapter({ dora: true, layers: new Map(layers), heads: new Map() }),
  );
}

shows("truncate", "rank 3 to rank 1", async (terminal) => {
  writeBoth(terminal);
  await terminal.run("truncate r3 --rank 1 -o r1");
  await terminal.run("truncate r3 --rank 3 -o r3-again");
});

shows("truncate", "refused", async (terminal) => {
  writeBoth(terminal);
  await terminal.run("truncate r3 --rank 4 -o new");
  await terminal.run("truncate r3 --rank two -o new");
  await terminal.run("truncate r3 --rank 1 -o r3 --force");
  await terminal.run("truncate r3 --rank 1 -o tiny");
  await terminal.run("truncate tiny --rank 1 -o new");
  await terminal.run("truncate r3 -o new");
  expect(existsSync(join(terminal.folder, "new"))).toBe(false);
});

shows("export", "the portable form", async (terminal) => {
  writeBoth(terminal);
  await terminal.run("export r3 -o portable");
  await terminal.run("export r3 -o portable --keep-head --force");
});

shows("export", "of a language model", async ({ folder, run }) => {
  writePeftAdapter(join(folder, "text"), smallAdapter({ taskType: "CAUSAL_LM", heads: new Map() }));
  await run("export text -o served");
});

shows("export", "a file for llama.cpp", async (terminal) => {
  writeBoth(terminal);
  await terminal.run("export r3 --format gguf -o r3.gguf --base tiny");
  await terminal.run("export r3 --format gguf -o r3.gguf --base tiny --drop-head --dtype fp16");
  await terminal.run("export r3 --format gguf -o r3.gguf --base tiny --drop-head");
});

shows("export", "refused", async (terminal) => {
  writeBoth(terminal);
  writeDora(terminal);
  await terminal.run("export r3");
  await terminal.run("export r3 -o no --format gguf");
  await terminal.run("export r3 -o no --dtype fp16 --base tiny");
  await terminal.run("export dora -o no");
});

shows("merge", "an adapter with a head", async (terminal) => {
  writeBoth(terminal);
  await terminal.run("merge tiny r3 -o merged --dtype bf16");
  await terminal.run("merge tiny r3 -o merged-4bit --into dequantized --quantize nf4");
});

shows("merge", "an adapter without names of classes", async ({ folder, run }) => {
  writeTinyModel(join(folder, "tiny"));
  writePeftAdapter(join(folder, "nameless"), smallAdapter());
  await run("merge tiny nameless -o merged");
});

shows("merge", "an adapter that was trained on 4 bits", async (terminal) => {
  writeBoth(terminal);
  const base = { kind: "pretrained", quantization: { format: "nf4", blockSize: 64 } };
  const spec = { specVersion: 1, lora: {}, optimizer: {}, task: {}, base };
  terminal.write("r3/trial.json", JSON.stringify({ spec }));
  await terminal.run("merge tiny r3 -o unasked");
  await terminal.run("merge tiny r3 -o chosen --into original");
});

shows("merge", "refused", async (terminal) => {
  const { folder, run } = terminal;
  writeBoth(terminal);
  writePeftAdapter(join(folder, "foreign"), foreignAdapter());
  await run("merge tiny foreign -o no");
  await run("merge tiny r3 -o no --dtype int8");
  await run("merge tiny r3 --into dequantized -o no");
  await run("merge tiny none -o no");
  await run("merge tiny r3 -o tiny/config.json/out");
  await run("merge none r3 -o no");
  expect(existsSync(join(folder, "no"))).toBe(false);
});

shows("quantize", "a model in 4 bits", async ({ folder, run }) => {
  writeTinyModel(join(folder, "tiny"));
  await run("quantize tiny -o kinds");
  await run("quantize tiny -o layers --layers --format fp4 --double-quant --keep-layers down_proj");
  await run("quantize kinds -o again");
});

shows("quantize", "refused", async ({ folder, run }) => {
  writeTinyModel(join(folder, "tiny"));
  await run("quantize tiny -o new --format int8");
  await run("quantize tiny -o new --keep-layers 9");
  await run("quantize tiny -o tiny --force");
  await run("quantize tiny");
});
