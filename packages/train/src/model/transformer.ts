import { float32, floats, int64, type Program, type Runtime, type Tensor, type Tensors } from "@lorank/graph";
import { getOrMake } from "../get-or-make.ts";
import type { Family } from "../models/family.ts";
import { IGNORED, type MicroBatch } from "./batch.ts";
import { type AdapterShape, type BlockVariant, gradientName, keepName } from "./block-program.ts";
import type { Head } from "./head-program.ts";
import { layoutTensors } from "./layout.ts";
import { Programs } from "./programs.ts";
import { Workspace } from "./workspace.ts";

export interface TransformerOptions {
  readonly family: Family;
  readonly runtime: Runtime;
  readonly head: Head;
  readonly adapter: AdapterShape;
  /** Every weight by its checkpoint name, adapter tensors included (`<path>.lora_A.weight`). Read in place at each run. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** Train the base's weights too, embeddings included. (default false) */
  readonly trainBase?: boolean;
  /**
   * Keep only each block's input and compute the block again in the backward pass: memory grows with
   * layers · tokens · hidden, time by about a third. (default false)
   */
  readonly recompute?: boolean;
}

/** Bits that decide which inputs of an adapter are dropped, for one layer and path. */
export type KeepMask = (layer: number, path: string, size: number) => Uint8Array;

export interface RunOutputs {
  /** Negative log probability of each row's target, in nats; 0 where a position has none. */
  readonly losses: Float32Array;
  /** 1 where the most probable class is the target. */
  readonly hits: Uint8Array;
  /** `[rows, classes]`; only from {@link Transformer.evaluate}. */
  readonly logits?: Float32Array;
}

/** A transformer with LoRA on a runtime. Compiles a program for each new batch shape and keeps it. */
export class Transformer {
  readonly #options: TransformerOptions;
  readonly #programs: Programs;
  readonly #workspace = new Workspace();
  constructor(options: TransformerOptions) {
    this.#options = options;
    this.#programs = new Programs({ trainBase: false, recompute: false, ...options });
  }

  /** Losses and logits, without gradients. */
  async evaluate(batch: MicroBatch): Promise<RunOutputs> {
    const layout = this.#layout(batch);
    let x = this.#embed(batch);
    for (let layer = 0; layer < this.#options.family.layers; layer++) {
      const { program, executable } = await this.#programs.blockEvaluation(
        this.#variant(batch, layer, false),
      );
      const feeds = this.#feeds(program, layer, { ...layout, x });
      x = (await executable.run(feeds, this.#workspace.outputs(`evaluate.${layer % 2}`, program))).y!;
    }
    const head = await this.#programs.headEvaluation(x.shape[0]!);
    const outputs = await head.executable.run(this.#headFeeds(x, batch, 1, false));
    return { ...rowsOf(outputs, batch), logits: floats(outputs.logits!) };
  }

  /**
   * Losses, and the gradient of Σ losses · `weight` added to `gradients`, by parameter name.
   * `keep` gives dropout's masks; without it nothing is dropped.
   */
  async trainStep(
    batch: MicroBatch,
    weight: number,
    gradients: Map<string, Float32Array>,
    keep?: KeepMask,
  ): Promise<RunOutputs> {
    const { family, adapter, trainBase = false } = this.#options;
    const layout = this.#layout(batch);
    const training = keep !== undefined && adapter.dropout > 0;
    const variants = Array.from({ length: family.layers }, (_, layer) =>
      this.#variant(batch, layer, training),
    );
    const saved: Tensors[] = [];
    let x = this.#embed(batch);
    for (const [layer, variant] of variants.entries()) {
      const block = this.#programs.trainsBlocks
        ? this.#programs.blockForward(variant)
        : this.#programs.blockEvaluation(variant);
      const { program, executable } = await block;
      const masks = training ? this.#masks(layer, variant, keep) : {};
      const feeds = this.#feeds(program, layer, { ...layout, ...masks, x });
      const { y, ...rest } = await executable.run(
        feeds,
        this.#workspace.outputs(`forward.${layer}`, program),
      );
      saved.push({ ...rest, ...masks, x });
      x = y!;
    }
    const head = await this.#programs.headTraining(x.shape[0]!);
    const outputs = await head.executable.run(this.#headFeeds(x, batch, weight, true));
    this.#collectHead(outputs, gradients);
    if (!this.#programs.trainsBlocks) return rowsOf(outputs, batch);

    let dy = outputs[gradientName("x")]!;
    for (const [layer, variant] of [...variants.entries()].reverse()) {
      const { program, executable } = await this.#programs.blockBackward(variant);
      const feeds = this.#feeds(program, layer, { ...layout, ...saved[layer], dy });
      // dx of one layer is read while the next one's is written: two places in turn.
      const places = this.#workspace.outputs(`backward.${layer % 2}`, program);
      const { [gradientName("x")]: dx, ...rest } = await executable.run(feeds, places);
      for (const [name, tensor] of Object.entries(rest)) {
        addTo(gradients, `${family.blockPath(layer)}.${name.slice(gradientName("").length)}`, floats(tensor));
      }
      if (dx) dy = dx;
    }
    if (trainBase) this.#embeddingGradient(batch, floats(dy), gradients);
    return rowsOf(outputs, batch);
  }

  async dispose(): Promise<void> {
    await this.#programs.dispose();
  }

  /** The lowest block needs no gradient towards its input unless embeddings are trained; the highest only one row an example to classify. */
  #variant({ lengths, seq }: MicroBatch, layer: number, training: boolean): BlockVariant {
    const { family, head, trainBase = false } = this.#options;
    return {
      batch: lengths.length,
      seq,
      queries: head.kind === "classification" && layer === family.layers - 1 ? "last" : "all",
      inputGradient: trainBase || layer > 0,
      training,
    };
  }

  #layout({ lengths, seq }: MicroBatch): Record<string, Tensor> {
    return layoutTensors({ batch: lengths.length, seq }, lengths, this.#options.family);
  }

  #masks(layer: number, { batch, seq, queries }: BlockVariant, keep: KeepMask): Record<string, Tensor> {
    const { family, adapter } = this.#options;
    const masks: Record<string, Tensor> = {};
    for (const { path, inDim } of family.linears) {
      if (!adapter.targets.has(path)) continue;
      const rows = queries === "last" && !family.keyValuePaths.has(path) ? batch : batch * seq;
      const data = keep(layer, path, rows * inDim);
      masks[keepName(path)] = { dtype: "uint8", shape: [rows, inDim], data };
    }
    return masks;
  }

  /** Picks what a block's program asks for: given tensors first, else this layer's weights. */
  #feeds(
    { inputs }: Program,
    layer: number,
    given: Readonly<Record<string, Tensor>>,
  ): Record<string, Tensor> {
    const prefix = this.#options.family.blockPath(layer);
    return Object.fromEntries(
      inputs.map(({ name }) => [name, given[name] ?? this.#parameter(`${prefix}.${name}`)]),
    );
  }

  #headFeeds(x: Tensor, batch: MicroBatch, weight: number, train: boolean): Record<string, Tensor> {
    const { family } = this.#options;
    const rows = x.shape[0]!;
    const shared = {
      x,
      norm: this.#parameter(family.finalNorm),
      head: this.#parameter(this.#headName()),
      targets: int64(
        [rows],
        Array.from(batch.targets, (target) => (target === IGNORED ? 0 : target)),
      ),
    };
    if (!train) return shared;
    const weights = Float32Array.from(batch.targets, (target) => (target === IGNORED ? 0 : weight));
    return { ...shared, weights: float32([rows], weights) };
  }

  #headName(): string {
    const { family, head } = this.#options;
    return head.kind === "classification" ? family.classifier : family.outputHead;
  }

  #collectHead(outputs: Tensors, gradients: Map<string, Float32Array>): void {
    const names = { head: this.#headName(), norm: this.#options.family.finalNorm };
    for (const [name, parameter] of Object.entries(names)) {
      const tensor = outputs[gradientName(name)];
      if (tensor) addTo(gradients, parameter, floats(tensor));
    }
  }

  /** Rows of the embedding table, copied on the host: `[batch * seq, hidden]`. */
  #embed({ inputIds }: MicroBatch): Tensor {
    const { family } = this.#options;
    const table = floats(this.#parameter(family.embedding));
    const width = family.hiddenSize;
    const rows = new Float32Array(inputIds.length * width);
    inputIds.forEach((id, row) => {
      rows.set(table.subarray(id * width, (id + 1) * width), row * width);
    });
    return float32([inputIds.length, width], rows);
  }

  #embeddingGradient({ inputIds }: MicroBatch, dx: Float32Array, gradients: Map<string, Float32Array>): void {
    const { family } = this.#options;
    const width = family.hiddenSize;
    const size = floats(this.#parameter(family.embedding)).length;
    const total = getOrMake(gradients, family.embedding, () => new Float32Array(size));
    for (let row = 0; row < inputIds.length; row++) {
      const start = inputIds[row]! * width;
      for (let i = 0; i < width; i++) total[start + i]! += dx[row * width + i]!;
    }
  }

  #parameter(name: string): Tensor {
    const tensor = this.#options.parameters.get(name);
    if (!tensor) throw new Error(`the model has no parameter "${name}"`);
    return tensor;
  }
}

function rowsOf(outputs: Tensors, batch: MicroBatch): RunOutputs {
  const losses = Float32Array.from(floats(outputs.losses!), (loss, row) =>
    batch.targets[row] === IGNORED ? 0 : loss,
  );
  const predictions = outputs.predictions!.data as BigInt64Array;
  const hits = Uint8Array.from(batch.targets, (target, row) => (Number(predictions[row]) === target ? 1 : 0));
  return { losses, hits };
}

function addTo(gradients: Map<string, Float32Array>, name: string, more: Float32Array): void {
  const total = gradients.get(name);
  if (!total) gradients.set(name, Float32Array.from(more));
  else for (let i = 0; i < more.length; i++) total[i]! += more[i]!;
}
