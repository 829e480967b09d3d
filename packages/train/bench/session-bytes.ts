/**
 * What a compiled program takes by itself: resident memory before and after compiling the blocks of one family for a
 * number of lengths, none of which is run.
 *
 *     MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=1099511627776 MALLOC_ARENA_MAX=1 \
 *       GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0 NODE_OPTIONS=--max-semi-space-size=2 \
 *       node --expose-gc --conditions=@lorank/source --import tsx bench/session-bytes.ts
 *
 * The variables are those of a sweep's trials.
 */
import { targetNames } from "@lorank/core/models";
import { onnxRuntime } from "@lorank/graph/devices";
import { adapterShape, resolveTargets } from "../src/adapter/shape.ts";
import { familyOf } from "../src/families/families.ts";
import { Programs } from "../src/transformer/programs.ts";
import { models } from "./models.ts";

for (const name of ["starter", "minilm-size"] as const) {
  const config = models[name];
  const family = familyOf(config);
  const head = family.head({ kind: "classification", labels: 2 });
  const targetModules = targetNames(head.shape);
  const lora = { rank: 8, alpha: 8, scalingRule: "lora", dropout: 0, targetModules } as const;
  const adapter = adapterShape(lora, resolveTargets(head, lora));
  const runtime = await onnxRuntime({ threads: 2 });
  const programs = new Programs({
    family,
    head,
    adapter,
    runtime,
    trainBase: false,
    recompute: "cheap",
    quantization: () => undefined,
    frozen: () => undefined,
  });
  let compiled = 0;
  const before = process.memoryUsage.rss();
  for (let seq = 16; seq <= 256; seq += 16) {
    const shape = { batch: 4, seq, queryCount: "all", training: false } as const;
    const { forward, backward } = programs.runs(shape, true);
    const evaluated = programs.runs(shape, false).forward;
    const ofSecond = [...forward, ...backward, ...evaluated].filter(({ layer }) => layer === 1);
    for (const run of ofSecond) await programs.block(run);
    compiled += ofSecond.length;
  }
  global.gc?.();
  const bytes = process.memoryUsage.rss() - before;
  console.log(`${name}: ${compiled} programs, ${(bytes / 1e6 / compiled).toFixed(2)} MB each`);
}
