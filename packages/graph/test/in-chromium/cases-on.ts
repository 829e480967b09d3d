import { type OnnxModule, onnxRuntimeFrom } from "../../src/index.ts";
import { opCases } from "../cases.ts";
import { worstError } from "../joint-graph.ts";

interface OnnxWeb extends OnnxModule {
  readonly env: { readonly wasm: { wasmPaths?: unknown; numThreads?: number | undefined } };
}

export interface CaseOutcomes {
  /** The largest error of each case of cases.ts, forward and backward, or why it failed. */
  readonly outcomes: Readonly<Record<string, number | string>>;
  readonly isolated: boolean;
}

/** Runs in the worker. */
export async function casesOn(ort: OnnxWeb, provider: string, threads: number): Promise<CaseOutcomes> {
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.wasm.numThreads = threads;
  const runtime = onnxRuntimeFrom(ort, { provider, threads });
  const outcomes: Record<string, number | string> = {};
  for (const op of opCases)
    outcomes[op.name] = await worstError(op, runtime).catch((error: Error) => error.message);
  const { crossOriginIsolated: isolated } = globalThis as unknown as { crossOriginIsolated: boolean };
  return { outcomes, isolated };
}
