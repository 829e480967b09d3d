/**
 * Predicted against measured peak memory of processes that answer prompts.
 *
 *     node --conditions=@lorank/source --import tsx bench/answers-memory.ts [--gguf FILE] [--threads 2] [--case <part of a name>]
 *
 * Weights are random bfloat16 of the models' published sizes, or those of a GGUF of SmolLM2-135M; prompts are random tokens.
 * Every answer has all its tokens. The processes have the environment of a sweep's trials.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { modelAt } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { configs, smallestCase } from "../../sweep/bench/memory-cases.ts";
import { writeModel } from "../../sweep/bench/random-model.ts";
import { trialEnvironment } from "../../sweep/src/child-environment.ts";
import { adaptedModel, familyOf, generate, randomStream } from "../src/engine.ts";
import { predictGenerateMemory } from "../src/memory/predict-trial.ts";

const { values } = parseArgs({
  options: {
    gguf: { type: "string" },
    threads: { type: "string", default: "2" },
    case: { type: "string", default: "" },
    parts: { type: "boolean", default: false },
    run: { type: "string" },
  },
});

interface AnswersCase {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly gguf?: string | undefined;
  readonly prompts: readonly number[];
  readonly maxNewTokens: number;
  readonly batch: number;
  readonly nf4: boolean;
}

const nf4 = { format: "nf4", blockSize: 64 } as const;

function of(
  model: keyof typeof configs,
  batch: number,
  tokens: number,
  maxNewTokens: number,
  more: Partial<AnswersCase> = {},
): AnswersCase {
  const prompts = new Array<number>(batch).fill(tokens);
  return { model, config: configs[model], prompts, batch, maxNewTokens, nf4: false, ...more };
}
const ofGguf = (...[batch, tokens, most, more]: [number, number, number, Partial<AnswersCase>?]) =>
  values.gguf === undefined
    ? []
    : [of("SmolLM2-135M", batch, tokens, most, { model: "SmolLM2-135M, Q4_1", gguf: values.gguf, ...more })];

const mixed = Array.from({ length: 32 }, (_, i) => 20 + 7 * i);
const cases: readonly AnswersCase[] = [
  ...ofGguf(1, 32, 16),
  ...ofGguf(4, 500, 16),
  ...ofGguf(16, 32, 40),
  ...ofGguf(1, 2040, 9, { nf4: true }),
  ...ofGguf(16, 250, 8, { nf4: true }),
  of("SmolLM2-135M", 1, 32, 16),
  of("SmolLM2-135M", 16, 250, 8),
  of("SmolLM2-135M", 4, 1000, 40),
  of("SmolLM2-135M", 1, 2040, 9),
  of("SmolLM2-135M", 1, 32, 16, { nf4: true }),
  of("SmolLM2-135M", 4, 2000, 60, { nf4: true }),
  of("starter", 16, 32, 300),
  of("starter", 4, 1800, 40),
  of("starter", 8, 0, 24, { prompts: mixed }),
  // The steps at one capacity are so many that the decoder keeps weights.
  ...ofGguf(1, 32, 72),
  of("SmolLM2-135M", 8, 32, 72, { nf4: true }),
  of("gpt2", 1, 32, 72),
  of("gpt2", 8, 32, 72, { nf4: true }),
  of("gemma-3-270m", 4, 32, 72),
  of("gpt2", 4, 200, 70),
  of("gpt2", 16, 500, 8, { nf4: true }),
  of("gemma-3-270m", 1, 100, 40, { nf4: true }),
  of("gemma-3-270m", 4, 600, 8),
  of("Qwen2.5-0.5B", 4, 250, 8, { nf4: true }),
];

const smallest: AnswersCase = of("starter", 1, 4, 2, { model: "smallest", config: smallestCase.config });

if (values.run !== undefined) await answer(JSON.parse(values.run) as AnswersCase & { readonly path: string });
else await compare();

/** Answers the prompts of one case, and prints the largest resident set. */
async function answer(one: AnswersCase & { readonly path: string }): Promise<void> {
  const loaded = adaptedModel({
    model: modelAt(one.path),
    task: "causal-lm",
    runtime: await onnxRuntime({ threads: Number(values.threads) }),
    ...(one.nf4 ? { quantization: nf4 } : {}),
  });
  const stream = randomStream(1, "prompts");
  const prompts = one.prompts.map((tokens) =>
    Array.from({ length: tokens }, () => 1 + stream.integer(loaded.family.vocabSize - 2)),
  );
  const { maxNewTokens, batch } = one;
  for await (const _ of generate(loaded, prompts, { maxNewTokens, endTokens: [], batch }));
  console.log(process.resourceUsage().maxRSS * 1024);
  process.exit(0); // idle threads of the runtime would keep the process
}

function measure(one: AnswersCase): number {
  const folder = mkdtempSync(join(tmpdir(), "lorank-answers-"));
  try {
    const family = familyOf(one.config);
    if (one.gguf === undefined) writeModel(folder, one.config, family, family.head({ kind: "causal-lm" }));
    const run = JSON.stringify({ ...one, path: one.gguf ?? folder });
    const script = fileURLToPath(import.meta.url);
    const flags = [...process.execArgv, script, "--run", run, "--threads", values.threads];
    const env = trialEnvironment(process.env);
    return Number(execFileSync(process.execPath, flags, { env, encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare(): Promise<void> {
  console.log(`${cpus()[0]?.model}, ${values.threads} threads, Node ${process.version}, ${process.platform}`);
  const processBytes = Math.min(measure(smallest), measure(smallest));
  console.log(`the smallest model: ${(processBytes / 1e6).toFixed(1)} MB\n`);
  console.log(
    "| model | base | at once | tokens of a prompt + answer | predicted MB | measured MB | error |",
  );
  console.log("| --- | --- | ---: | --- | ---: | ---: | ---: |");
  for (const one of cases) {
    const { prompts, maxNewTokens, batch, config } = one;
    const tokens = `${[...new Set([prompts[0], prompts.at(-1)])].join(" to ")} + ${maxNewTokens}`;
    const name = `${one.model} | ${one.nf4 ? "NF4" : "float32"} | ${batch} | ${tokens}`;
    if (!name.includes(values.case)) continue;
    const quantization = one.nf4 ? { quantization: nf4 } : {};
    const { allocatedBytes: predicted, parts } = await predictGenerateMemory({
      ...{ config, prompts, maxNewTokens, batch, processBytes },
      ...quantization,
    });
    const measured = measure(one);
    const mb = (bytes: number): string => (bytes / 1e6).toFixed(0);
    console.log(
      `| ${name} | ${mb(predicted)} | ${mb(measured)} | ${(100 * (predicted / measured - 1)).toFixed(1)} % |`,
    );
    if (values.parts)
      console.log(
        Object.entries(parts)
          .map(([part, bytes]) => `${part} ${mb(bytes)}`)
          .join(", "),
      );
  }
}
