import { float32, floats, type Runtime, type Tensor } from "@lorank/graph";
import type { TokenizedLanguage, TokenizedTokensExample } from "@lorank/train/data";
import { familyOf, type MicroBatch, randomBase, randomStream, Transformer } from "@lorank/train/engine";

export interface PlantedRankOptions {
  /** Rank k of the planted change. */
  readonly rank: number;
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly seed: number;
  /** Frobenius norm of the planted change. (default 6) */
  readonly size?: number;
  /** Predictions of a text that are learned, its last ones: a response after a prompt. (default: all 32) */
  readonly targetsPerText?: number;
  /** Blocks of the base. (default 1) */
  readonly blocks?: number;
  /** Layers that are changed, each by a rank and a size of its own. (default: the first block's `mlp.down_proj`) */
  readonly changed?: readonly PlantedLayer[];
}

export interface PlantedLayer {
  readonly block: number;
  /** Module path within the block. */
  readonly module: string;
}

export interface PlantedRankTask {
  /** `config.json` of the base. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly base: ReadonlyMap<string, Tensor>;
  readonly dataset: TokenizedLanguage;
  /** The linear layer that was changed; the one an adapter has to learn. */
  readonly targetModule: string;
  /** The teacher's own mean log loss on the validation targets, in nats: what a perfect student would get, on average. */
  readonly teacherLogLoss: number;
}

/** One block whose random weights are large enough that every token's prediction is a different one. */
const config = {
  model_type: "llama",
  hidden_size: 48,
  intermediate_size: 96,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: "silu",
  initializer_range: 0.3,
  tie_word_embeddings: true,
  pad_token_id: 0,
} as const;

const SEQ = 32;
/** Target of a token that nothing is learned of. */
const notLearned = -100;
const TARGET = "mlp.down_proj";

/**
 * A task with a known answer: a frozen random base, a teacher that is the base plus a rank-k change of one linear
 * layer with k equal singular values, and targets drawn from the teacher's own predictions. The best student is the
 * teacher, so an adapter needs rank k: every direction that is missing costs log loss, and more directions gain nothing.
 */
export async function plantedRankTask(
  options: PlantedRankOptions,
  runtime: Runtime,
): Promise<PlantedRankTask> {
  const { rank, seed, size = 6, targetsPerText = SEQ, blocks = 1 } = options;
  const { changed: layers = [{ block: 0, module: TARGET }] } = options;
  const ownConfig = { ...config, num_hidden_layers: blocks };
  const family = familyOf(ownConfig);
  const head = family.head({ kind: "causal-lm" });
  const base = randomBase(family, head, seed);
  const teacher = new Map(base);
  for (const [i, { block, module }] of layers.entries()) {
    const name = `${family.blockPath(block)}.${module}.weight`;
    teacher.set(name, changed(base.get(name)!, rank, size / Math.sqrt(rank), seed + 1000 * i));
  }
  const model = new Transformer({ family, runtime, head, parameters: teacher });
  const texts = { seed, targetsPerText };
  const train = await labelled(model, family.vocabSize, { ...texts, count: options.trainExamples }, "train");
  const validation = await labelled(
    model,
    family.vocabSize,
    { ...texts, count: options.validationExamples },
    "validation",
  );
  await model.dispose();
  return {
    config: ownConfig,
    base,
    targetModule: TARGET.slice(TARGET.indexOf(".") + 1),
    dataset: {
      name: `planted-rank-${rank}`,
      task: { kind: "causal-lm" },
      train: train.examples,
      validation: validation.examples,
    },
    teacherLogLoss: validation.logLoss,
  };
}

/** W + value · Σ u vᵀ over `rank` orthonormal pairs. */
function changed(weight: Tensor, rank: number, value: number, seed: number): Tensor {
  const [rows, columns] = weight.shape as readonly [number, number];
  const u = orthonormal(rank, rows, seed, "planted-u");
  const v = orthonormal(rank, columns, seed, "planted-v");
  const data = Float32Array.from(floats(weight));
  for (let k = 0; k < rank; k++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) data[i * columns + j]! += value * u[k]![i]! * v[k]![j]!;
    }
  }
  return float32(weight.shape, data);
}

/** `count` random orthonormal vectors, by Gram–Schmidt. */
function orthonormal(count: number, size: number, seed: number, name: string): Float64Array[] {
  const vectors: Float64Array[] = [];
  const stream = randomStream(seed, name);
  while (vectors.length < count) {
    const vector = Float64Array.from({ length: size }, () => stream.normal());
    for (const other of vectors) {
      const along = dot(vector, other);
      for (let i = 0; i < size; i++) vector[i]! -= along * other[i]!;
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((x) => x / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

/** Random texts with targets drawn from the model's predictions. */
async function labelled(
  model: Transformer,
  vocabSize: number,
  { count, seed, targetsPerText }: { count: number; seed: number; targetsPerText: number },
  split: string,
): Promise<{ examples: TokenizedTokensExample[]; logLoss: number }> {
  const examples: TokenizedTokensExample[] = [];
  let total = 0;
  const stream = randomStream(seed, "planted-tokens", split);
  const batch = 32;
  for (let first = 0; first < count; first += batch) {
    const rows = Math.min(batch, count - first);
    const inputIds = Int32Array.from({ length: rows * SEQ }, () => stream.integer(vocabSize));
    const micro: MicroBatch = {
      inputIds,
      seq: SEQ,
      lengths: new Array<number>(rows).fill(SEQ),
      targets: new Int32Array(rows * SEQ),
    };
    const { logits } = await model.evaluate(micro);
    for (let row = 0; row < rows; row++) {
      const labels: number[] = [];
      for (let token = row * SEQ; token < (row + 1) * SEQ; token++) {
        const { label, loss } = draw(
          logits!.subarray(token * vocabSize, (token + 1) * vocabSize),
          stream.uniform(),
        );
        const isLearned = token % SEQ >= SEQ - targetsPerText;
        labels.push(isLearned ? label : notLearned);
        if (isLearned) total += loss;
      }
      examples.push({
        id: `${split}-${first + row}`,
        inputIds: [...inputIds.subarray(row * SEQ, (row + 1) * SEQ)],
        labels,
      });
    }
  }
  return { examples, logLoss: total / (count * targetsPerText) };
}

/** The class at quantile `u` of softmax(logits), and its negative log probability. */
function draw(logits: Float32Array, u: number): { label: number; loss: number } {
  const max = logits.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(logits, (x) => Math.exp(x - max));
  const total = weights.reduce((sum, x) => sum + x, 0);
  let rest = u * total;
  let label = 0;
  while (label < weights.length - 1 && rest >= weights[label]!) rest -= weights[label++]!;
  return { label, loss: Math.log(total / weights[label]!) };
}
