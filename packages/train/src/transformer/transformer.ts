import { floats, type Recompute, type Runtime, type Tensor, type Tensors } from "@lorank/graph";
import { type AdapterShape, isLoraName, noAdapter } from "../adapter/shape.ts";
import type { Family, HeadModule } from "../families/family.ts";
import {
  countSequences,
  everyToken,
  type MicroBatch,
  type QueryTokens,
  queryTokensOf,
  realRows,
  tokenPositions,
} from "./batch.ts";
import type { BlockRun, BlockRuns } from "./block-program.ts";
import { blockMasks, type DropoutMask } from "./dropout-masks.ts";
import { HeadRunner, type LastBlock, type RunOutputs } from "./head-runner.ts";
import { embed, Layouts } from "./layout.ts";
import { feedsOf, gradientName } from "./module-inputs.ts";
import { Programs } from "./programs.ts";
import {
  type BaseWeight,
  findParameter,
  getOrMake,
  isQuantized,
  isTrainedWhole,
  quantizationOf,
} from "./weights.ts";
import { Workspace } from "./workspace.ts";

export interface TransformerOptions {
  readonly family: Family;
  readonly runtime: Runtime;
  readonly head: HeadModule;
  /** Ranks, scalings and dropout of the adapter. (default: no adapter) */
  readonly adapter?: AdapterShape | undefined;
  /** Weights by checkpoint name, adapters included (`<path>.lora_A.weight`); read in place at each run. */
  readonly parameters: ReadonlyMap<string, BaseWeight>;
  /** Train the base too; only families that begin with a token table alone. (default false) */
  readonly trainBase?: boolean;
  /**
   * Forward values the backward pass recomputes instead of saving. `everything` saves only block inputs: memory grows
   * with layers · tokens · hidden, time by about a third. (default `cheap`; `everything` if inputs travel to the
   * runtime)
   */
  readonly recompute?: Recompute | undefined;
}

interface Pass extends BlockRuns {
  readonly batch: MicroBatch;
  readonly queryTokens: QueryTokens;
  /** Tensors with masks and positions, by layer kind. */
  readonly layout: ReturnType<Layouts["of"]>;
  readonly dropoutMask: DropoutMask | undefined;
}

/** Transformer with LoRA; compiles a program per batch shape, for reuse. */
export class Transformer {
  readonly options: TransformerOptions & { readonly adapter: AdapterShape };
  readonly #programs: Programs;
  readonly #layouts: Layouts;
  readonly #head: HeadRunner;
  readonly #workspace = new Workspace();

  constructor({ adapter = noAdapter, ...given }: TransformerOptions) {
    const options = { ...given, adapter };
    const { family, trainBase = false } = options;
    if (trainBase && (family.embeddings.positions || family.embeddings.norm)) {
      throw new Error(
        `the base of a ${family.modelType} model cannot be trained here: its embeddings are more than a table`,
      );
    }
    if (trainBase && [...options.parameters.values()].some(isQuantized))
      throw new Error("a base in 4 bits cannot be trained itself");
    this.options = options;
    // Saved values would travel to the host and back, as inputs do.
    const defaultRecompute = options.runtime.bindsConstants ? "everything" : "cheap";
    this.#programs = new Programs({
      ...options,
      trainBase,
      recompute: options.recompute ?? defaultRecompute,
      quantization: (name) => quantizationOf(options.parameters.get(name)),
      frozen: (name) => this.#frozen(name),
    });
    this.#layouts = new Layouts(family);
    this.#head = new HeadRunner({ ...options, programs: this.#programs });
  }

  /** Losses and logits of every row, without gradients. */
  async evaluate(batch: MicroBatch): Promise<Required<RunOutputs>> {
    return this.#head.evaluate(await this.#evaluated(batch, this.#queryTokens(batch, "every")));
  }

  /** Losses alone: logits over large vocabularies outweigh all other memory. */
  async losses(batch: MicroBatch): Promise<RunOutputs> {
    return this.#head.losses(await this.#evaluated(batch, this.#queryTokens(batch, "targets")));
  }

  /** Last block's output for every token, before the head: `[batch * seq, hidden]`. */
  async hiddenStates(batch: Omit<MicroBatch, "targets">): Promise<Float32Array> {
    const whole = { ...batch, targets: new Int32Array() };
    const { x } = await this.#evaluated(whole, everyToken(batch));
    return floats(x).slice();
  }

  /** Losses; adds the gradient of Σ losses · `weight` (one for all, or per example) to `gradients`. */
  async trainStep(
    batch: MicroBatch,
    weight: number | Float32Array,
    gradients: Map<string, Float32Array>,
    dropoutMask?: DropoutMask,
  ): Promise<RunOutputs> {
    const { family, adapter, trainBase = false } = this.options;
    const queryTokens = this.#queryTokens(batch, "targets");
    const drops = adapter.dropout > 0 ? dropoutMask : undefined;
    const pass = this.#pass(batch, queryTokens, true, drops);
    const { x, saved } = await this.#forward(pass);
    const { outputs, dx } = await this.#head.train({
      x,
      batch,
      places: queryTokens.places,
      weight,
      dropoutMask: drops,
      inputGradient: pass.backward.length > 0,
      collect: (found) => this.#collect(found, "", gradients),
    });
    let dy = dx;
    for (const run of pass.backward) {
      const tensors = { ...saved[run.layer], dy: dy! };
      const { [gradientName("x")]: below, ...rest } = await this.#runBlock(run, pass, tensors);
      this.#collect(rest, `${family.blockPath(run.layer)}.`, gradients);
      dy = below;
    }
    if (trainBase) this.#embeddingGradient(batch, floats(dy!), gradients);
    return outputs;
  }

  async dispose(): Promise<void> {
    await this.#programs.dispose();
  }

  #queryTokens(batch: MicroBatch, needs: "targets" | "every"): QueryTokens {
    const { family, head } = this.options;
    return queryTokensOf(batch, { attends: family.attends, reads: head.reads, needs });
  }

  #pass(batch: MicroBatch, queryTokens: QueryTokens, trains: boolean, dropoutMask?: DropoutMask): Pass {
    const { count: queryCount } = queryTokens;
    const training = dropoutMask !== undefined;
    const shape = { batch: countSequences(batch), seq: batch.seq, queryCount, training };
    const layout = this.#layouts.of(batch, queryTokens);
    return { batch, queryTokens, layout, dropoutMask, ...this.#programs.runs(shape, trains) };
  }

  async #evaluated(batch: MicroBatch, queryTokens: QueryTokens): Promise<LastBlock> {
    const { x } = await this.#forward(this.#pass(batch, queryTokens, false));
    return { x, batch, places: queryTokens.places };
  }

  /** Last block's output, and values for each block's backward pass. */
  async #forward(pass: Pass): Promise<{ readonly x: Tensor; readonly saved: readonly Tensors[] }> {
    const saved: Tensors[] = [];
    let x = await this.#embedded(pass.batch);
    for (const run of pass.forward) {
      const masks = this.#masks(run.layer, pass);
      const { y, ...rest } = await this.#runBlock(run, pass, { ...masks, x });
      saved.push(run.role === "forward" ? { ...rest, ...masks, x } : {});
      x = y!;
    }
    return { x, saved };
  }

  /** Runs a block's program on `tensors`, layout and weights. */
  async #runBlock(run: BlockRun, { layout }: Pass, tensors: Tensors): Promise<Tensors> {
    const { family, parameters } = this.options;
    const { program, executable } = await this.#programs.block(run);
    const all = { ...layout(family.kindOf(run.layer)), ...tensors };
    const feeds = feedsOf(program, all, parameters, `${family.blockPath(run.layer)}.`);
    return executable.run(feeds, this.#workspace.outputs(run, program));
  }

  async #embedded(batch: MicroBatch): Promise<Tensor> {
    const placed = { inputIds: batch.inputIds, positions: tokenPositions(batch) };
    const { family, parameters } = this.options;
    const x = embed(family, placed, parameters);
    const norm = await this.#programs.embeddingNorm(x.shape[0]!);
    if (!norm) return x;
    return (await norm.executable.run(feedsOf(norm.program, { x }, parameters))).y!;
  }

  #masks(layer: number, { batch, queryTokens, dropoutMask }: Pass): Tensors {
    if (!dropoutMask) return {};
    const { family, adapter, head } = this.options;
    return blockMasks(layer, dropoutMask, {
      family,
      adapter,
      reads: head.reads,
      tokens: batch.inputIds.length,
      realRows: realRows(batch),
      queryTokens,
    });
  }

  #collect(outputs: Tensors, prefix: string, gradients: Map<string, Float32Array>): void {
    const mark = gradientName("");
    for (const [name, tensor] of Object.entries(outputs)) {
      if (name.startsWith(mark)) addTo(gradients, `${prefix}${name.slice(mark.length)}`, floats(tensor));
    }
  }

  #embeddingGradient({ inputIds }: MicroBatch, dx: Float32Array, gradients: Map<string, Float32Array>): void {
    const { embeddings, hiddenSize: width, vocabSize } = this.options.family;
    const total = getOrMake(gradients, embeddings.tokens, () => new Float32Array(vocabSize * width));
    for (let row = 0; row < inputIds.length; row++) {
      const start = inputIds[row]! * width;
      for (let i = 0; i < width; i++) total[start + i]! += embeddings.scale * dx[row * width + i]!;
    }
  }

  /** Base parameter by name; undefined if trained. */
  #frozen(name: string): Tensor | undefined {
    const { parameters, head, trainBase = false } = this.options;
    if (trainBase || isLoraName(name) || isTrainedWhole(head, name)) return undefined;
    return findParameter(parameters, name);
  }
}

function addTo(gradients: Map<string, Float32Array>, name: string, more: Float32Array): void {
  const total = gradients.get(name);
  if (!total) gradients.set(name, Float32Array.from(more));
  else for (let i = 0; i < more.length; i++) total[i]! += more[i]!;
}
