import {
  decodedBytes,
  type Executable,
  type Program,
  peakBytes,
  type Recompute,
  type Runtime,
} from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import { getOrMake } from "../get-or-make.ts";
import type { BlockVariant } from "../model/block-program.ts";
import { headPasses } from "../model/head-rows.ts";
import { blockVariant, type LayerPlan, planLayers } from "../model/layer-plan.ts";
import type { Quantization } from "../model/parameters.ts";
import { Programs } from "../model/programs.ts";
import { PlannedWorkspace, workspaceKey } from "../model/workspace.ts";
import type { Family, HeadModule } from "../models/family.ts";
import type { BatchShape } from "./pass-shape.ts";

export interface PlannedModelOptions {
  readonly family: Family;
  readonly head: HeadModule;
  readonly adapter: AdapterShape;
  readonly recompute: Recompute;
  /** How a weight is kept, by checkpoint name. */
  readonly quantization: (name: string) => Quantization | undefined;
}

/** What passes through a model take besides its weights, in bytes. */
export interface PassBytes {
  /** The batch as tensors: embedded tokens, masks, and what the head passes down. */
  readonly batch: number;
  /** The most that one program takes for itself while it runs. */
  readonly temporaries: number;
}

/** Compiles to nothing: a program's shapes are all that is asked for. */
const planning: Runtime = {
  name: "none",
  device: "cpu",
  compile: async (): Promise<Executable> => ({
    run: () => Promise.reject(new Error("a planned program cannot be run")),
    dispose: async () => {},
  }),
};

/**
 * A model without weights. It makes the very programs that {@link Transformer} would run for batches of these shapes, in the
 * same order, and adds up what they take.
 */
export class PlannedModel {
  readonly #options: PlannedModelOptions;
  readonly #programs: Programs;
  readonly #plan: LayerPlan;
  readonly #peaks = new Map<Program, number>();
  /** Outputs of blocks that stay until the backward pass. */
  readonly forward = new PlannedWorkspace();
  /** Outputs that the next block but one writes over. */
  readonly turns = new PlannedWorkspace();
  /** float32 weights of the largest program over a 4-bit base. */
  decoded = 0;

  constructor(options: PlannedModelOptions) {
    this.#options = options;
    const { family, adapter, quantization } = options;
    this.#programs = new Programs({
      ...options,
      runtime: planning,
      trainBase: false,
      frozen: () => undefined,
    });
    this.#plan = planLayers(family, adapter, false, quantization);
  }

  /** One micro-batch forward and backward. */
  async train(shape: BatchShape): Promise<PassBytes> {
    const { family, adapter, head } = this.#options;
    const { lowestTrained } = this.#plan;
    const training = adapter.dropout > 0;
    const inputGradient = lowestTrained < family.layers;
    let temporaries = await this.#embedding(shape);
    for (let layer = 0; layer < family.layers; layer++) {
      const variant = this.#variant(shape, layer, training);
      if (layer < lowestTrained) {
        const { program } = await this.#programs.blockEvaluation(variant, layer);
        temporaries = Math.max(temporaries, this.#run(program, this.turns, workspaceKey("evaluate", layer)));
        continue;
      }
      const forward = await this.#programs.blockForward(variant, layer);
      const backward = await this.#programs.blockBackward(variant, layer);
      temporaries = Math.max(
        temporaries,
        this.#run(forward.program, this.forward, workspaceKey("forward", layer)),
        this.#run(backward.program, this.turns, workspaceKey("backward", layer)),
      );
    }
    const passes = this.#headPasses(shape);
    for (const rows of passes) {
      const { program } = await this.#programs.headTraining({ rows, training, inputGradient });
      temporaries = Math.max(temporaries, this.#headRun(program, rows));
    }
    const last = inputGradient ? 4 * this.#lastRows(shape) * family.hiddenSize : 0;
    return { batch: this.#inputs(shape) + last + (training ? this.#keepMasks(shape) : 0), temporaries };
  }

  /** One batch of which the losses are computed. */
  async evaluate(shape: BatchShape): Promise<PassBytes> {
    const { family } = this.#options;
    let temporaries = await this.#embedding(shape);
    for (let layer = 0; layer < family.layers; layer++) {
      const { program } = await this.#programs.blockEvaluation(this.#variant(shape, layer, false), layer);
      temporaries = Math.max(temporaries, this.#run(program, this.turns, workspaceKey("evaluate", layer)));
    }
    for (const rows of this.#headPasses(shape)) {
      const { program } = await this.#programs.headLosses({ rows, training: false, inputGradient: false });
      temporaries = Math.max(temporaries, this.#headRun(program, rows));
    }
    return { batch: this.#inputs(shape), temporaries };
  }

  #run(program: Program, places: PlannedWorkspace, key: string): number {
    places.add(key, program);
    this.decoded = Math.max(this.decoded, decodedBytes(program));
    return getOrMake(this.#peaks, program, () =>
      peakBytes(program, (name) => program.outputs[name]!.dtype === "float32"),
    );
  }

  /** Outputs of a head's program are not written anywhere that is kept. */
  #headRun(program: Program, rows: number): number {
    const gathered = 4 * rows * this.#options.family.hiddenSize;
    return gathered + getOrMake(this.#peaks, program, () => peakBytes(program));
  }

  async #embedding({ sequences, seq }: BatchShape): Promise<number> {
    const norm = await this.#programs.embeddingNorm(sequences * seq);
    return norm ? peakBytes(norm.program) : 0;
  }

  #variant({ sequences, seq, asking }: BatchShape, layer: number, training: boolean): BlockVariant {
    const shape = { batch: sequences, seq, asking, training, trainBase: false };
    return blockVariant(this.#plan, this.#options.family, layer, shape);
  }

  /** Rows of each pass through the head, each number once. */
  #headPasses({ targets }: BatchShape): number[] {
    const { head } = this.#options;
    if (head.reads === "one") return [targets];
    const rows = Array.from({ length: targets }, (_, row) => row);
    return [...new Set(headPasses(rows, head.linears.at(-1)!.outDim).map(({ size }) => size))];
  }

  /** Embedded tokens, and for each kind of layer a mask of every pair of tokens. */
  #inputs({ sequences, seq, asking }: BatchShape): number {
    const { family } = this.#options;
    const kinds = new Set(Array.from({ length: family.layers }, (_, layer) => family.kindOf(layer).name))
      .size;
    const pairs = sequences * seq * (seq + (asking === "all" ? 0 : asking));
    return 4 * (sequences * seq * family.hiddenSize + kinds * pairs);
  }

  #lastRows({ sequences, seq, asking }: BatchShape): number {
    return sequences * (asking === "all" ? seq : asking);
  }

  /** A byte for each element that an adapter in a block reads. */
  #keepMasks(shape: BatchShape): number {
    const { family, adapter } = this.#options;
    let bytes = 0;
    for (let layer = 0; layer < family.layers; layer++) {
      const last = layer === family.layers - 1;
      for (const { path, inDim } of family.linears) {
        if (!adapter.modules.has(`${family.blockPath(layer)}.${path}`)) continue;
        const every = !last || family.keyValuePaths.has(path);
        bytes += inDim * (every ? shape.sequences * shape.seq : this.#lastRows(shape));
      }
    }
    return bytes;
  }
}
