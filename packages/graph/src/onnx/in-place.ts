import { encodeModel } from "./model.ts";
import type { OnnxModule } from "./session.ts";

/** The output that ends a run before anything is copied: an empty sequence, the first of a model's outputs. */
export const WRITTEN = "all.written";

/** What a run says that has written its outputs where it was told to, and was then ended; undefined where none can be. */
export type Refusal = string | undefined;

const refusals = new WeakMap<OnnxModule, Promise<Refusal>>();

/**
 * onnxruntime-node writes outputs into memory that it is given, and then copies each into memory of its own for its
 * result. For a block of 2,048 tokens that is 35 MB a run, which lie about until the garbage collector comes. It makes
 * the result in the order of the outputs, and can make none of a sequence: a model whose first output is one ends with an
 * error when all is computed and nothing is copied. Whether this version does so is tried once, on a sum.
 */
export function refusal(ort: OnnxModule): Promise<Refusal> {
  const known = refusals.get(ort);
  if (known) return known;
  const made = tryOut(ort);
  refusals.set(ort, made);
  return made;
}

async function tryOut(ort: OnnxModule): Promise<Refusal> {
  const info = (name: string) => ({ name, dtype: "float32", shape: [1] }) as const;
  const model = encodeModel({
    inputs: [info("x")],
    outputs: [info("y")],
    initializers: [],
    nodes: [{ opType: "Add", inputs: ["x", "x"], outputs: ["y"] }],
    emptySequence: WRITTEN,
  });
  const tensor = (data: Float32Array) => new ort.Tensor("float32", data, [1]);
  const y = new Float32Array(1);
  try {
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
    const run = session.run({ x: tensor(Float32Array.of(1)) }, { [WRITTEN]: null, y: tensor(y) });
    const said = await run.then(() => undefined, messageOf);
    await session.release();
    return y[0] === 2 ? said : undefined;
  } catch {
    return undefined;
  }
}

/** Waits for a run that ends with this refusal; any other error is thrown. */
export async function untilRefused(run: Promise<unknown>, said: string): Promise<void> {
  try {
    await run;
  } catch (error) {
    if (messageOf(error) !== said) throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
