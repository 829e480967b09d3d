/**
 * Time of each kind of operation in a LoRA training step, by ONNX Runtime's own profile.
 *
 *     node --conditions=@lorank/source --import tsx bench/step-profile.ts [--case starter] [--threads 1] [--steps 30] [--shapes 20]
 *
 * Each node of each session counts with a low quantile (0.03) of its runs, so that other work on the machine hardly shows.
 * `--shapes` also lists as many of the slowest operations by their shapes. Set the allocator as for a
 * trial (packages/sweep/src/child-environment.ts).
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { onnxRuntimeFrom } from "@lorank/graph";
import * as ort from "onnxruntime-node";
import { benchStep, type cases } from "./bench-step.ts";

/** The used part of an event of the profile; times in microseconds. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args: {
    readonly node_index?: string;
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

const { values } = parseArgs({
  options: {
    case: { type: "string", default: "starter" },
    threads: { type: "string", default: "1" },
    steps: { type: "string", default: "30" },
    shapes: { type: "string", default: "0" },
  },
});
const steps = Number(values.steps);
const folder = mkdtempSync(join(tmpdir(), "lorank-profile-"));
const sessions: Awaited<ReturnType<typeof ort.InferenceSession.create>>[] = [];
const create = async (model: Uint8Array, options?: object) => {
  const profileFilePrefix = join(folder, String(sessions.length));
  const session = await ort.InferenceSession.create(model, {
    ...options,
    enableProfiling: true,
    profileFilePrefix,
  });
  sessions.push(session);
  return session;
};
const module = { Tensor: ort.Tensor, InferenceSession: { create } } as Parameters<typeof onnxRuntimeFrom>[0];
const runtime = onnxRuntimeFrom(module, { provider: "cpu", threads: Number(values.threads) });
const { step } = benchStep(values.case as keyof typeof cases, {
  runtime,
  rank: 8,
  nf4: false,
  recompute: undefined,
});
for (let i = 0; i < steps; i++) await step();
for (const session of sessions) session.endProfiling();

const byOperation = new Map<string, Times>();
const byShapes = new Map<string, Times>();
for (const file of readdirSync(folder)) {
  const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as ProfileEvent[];
  for (const [{ args }, durations] of nodesOf(events)) {
    const runs = durations.length / steps; // layers that share the session
    const milliseconds = (quantile(durations, 0.03) * runs) / 1000;
    const shapes = (args.input_type_shape ?? [])
      .flatMap((input) => Object.values(input))
      .map((s) => `[${s}]`);
    add(byOperation, args.op_name!, runs, milliseconds);
    add(byShapes, `${args.op_name} ${shapes.join(" ")}`, runs, milliseconds);
  }
}
rmSync(folder, { recursive: true });
print(byOperation, byOperation.size);
print(byShapes, Number(values.shapes));
process.exit(0); // a runtime's threads must not keep the process

interface Times {
  readonly nodes: number;
  readonly milliseconds: number;
}

/** An event of each node, and the time of each of its runs. */
function nodesOf(events: readonly ProfileEvent[]): Iterable<readonly [ProfileEvent, number[]]> {
  const nodes = new Map<string, readonly [ProfileEvent, number[]]>();
  for (const event of events) {
    if (event.cat !== "Node" || !event.name.endsWith("_kernel_time")) continue;
    const key = `${event.args.node_index} ${event.name}`;
    const [, durations] = nodes.get(key) ?? [event, []];
    nodes.set(key, [event, [...durations, event.dur]]);
  }
  return nodes.values();
}

function add(times: Map<string, Times>, key: string, nodes: number, milliseconds: number): void {
  const before = times.get(key) ?? { nodes: 0, milliseconds: 0 };
  times.set(key, { nodes: before.nodes + nodes, milliseconds: before.milliseconds + milliseconds });
}

function quantile(numbers: readonly number[], share: number): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * share)]!;
}

/** The slowest `count`, one a line. */
function print(times: ReadonlyMap<string, Times>, count: number): void {
  const all = [...times].sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
  const total = all.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
  for (const [key, { nodes, milliseconds }] of all.slice(0, count)) {
    const share = ((100 * milliseconds) / total).toFixed(1);
    console.log(`${milliseconds.toFixed(2).padStart(8)} ms  ${share.padStart(4)} %  ${nodes} × ${key}`);
  }
}
