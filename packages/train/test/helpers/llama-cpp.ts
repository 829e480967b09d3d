import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** As much of node-llama-cpp 3.22 as is used here. */
interface Client {
  getLlama(options: object): Promise<Llama>;
}

interface Llama {
  loadModel(options: { readonly modelPath: string }): Promise<{
    createContext(options: object): Promise<{ getSequence(): Sequence; dispose(): Promise<void> }>;
    dispose(): Promise<void>;
  }>;
  dispose(): Promise<void>;
}

interface Sequence {
  controlledEvaluate(
    input: readonly (readonly [token: number, options: object])[],
  ): Promise<readonly { readonly next: { readonly logits: ReadonlyMap<number, number> } }[]>;
}

export interface LlamaCpp {
  /** Logits of the next token after each of `tokens`, `[tokens, vocab]`, with a LoRA file or without. */
  logits(model: string, lora: string | undefined, tokens: readonly number[]): Promise<Float32Array>;
  stop(): Promise<void>;
}

/** llama.cpp on the CPU, from the folder that `.ci/set-up-llama-cpp` prints. */
export async function startLlamaCpp(folder: string): Promise<LlamaCpp> {
  const entry = join(folder, "node_modules/node-llama-cpp/dist/index.js");
  const { getLlama }: Client = await import(pathToFileURL(entry).href);
  const llama = await getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    logLevel: "error",
    progressLogs: false,
  });
  return {
    async logits(modelPath, lora, tokens) {
      const model = await llama.loadModel({ modelPath });
      const context = await model.createContext({
        contextSize: 64,
        batchSize: 64,
        threads: 2,
        // Keys and values in float32, as here, not in 16 bits.
        flashAttention: false,
        experimentalKvCacheKeyType: "F32",
        experimentalKvCacheValueType: "F32",
        ...(lora === undefined ? {} : { lora }),
      });
      const generateNext = { logits: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } };
      const results = await context
        .getSequence()
        .controlledEvaluate(tokens.map((token) => [token, { generateNext }]));
      const vocab = results[0]!.next.logits.size;
      const all = new Float32Array(tokens.length * vocab);
      for (const [row, { next }] of results.entries())
        for (const [token, logit] of next.logits) all[row * vocab + token] = logit;
      await model.dispose(); // and with it the context and the adapter
      return all;
    },
    stop: () => llama.dispose(),
  };
}
