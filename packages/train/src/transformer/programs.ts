import {
  type Executable,
  gradient,
  ops,
  type Program,
  program,
  type Runtime,
  type SplitProgram,
  type Tensor,
  type Tensors,
} from "@lorank/graph";
import { noAdapter } from "../adapter/shape.ts";
import type { HeadModule } from "../families/family.ts";
import {
  type BlockGraph,
  type BlockOptions,
  type BlockRun,
  type BlockRuns,
  blockGraph,
  blockRuns,
  type LayerPlan,
  type PassShape,
  pieceProgram,
  planLayers,
  splitBlock,
} from "./block-program.ts";
import type { LayoutShape } from "./layout.ts";
import { gradientName, ModuleInputs } from "./module-inputs.ts";
import { getOrMake, isTrainedWhole } from "./weights.ts";

const { argMax, crossEntropy, input, mul, sum } = ops;

/**
 * Byte limit for weights bound to programs, a copy per layer, direction and batch shape. Programs beyond it get weights
 * as inputs.
 */
const LIMIT = 4 * 2 ** 30;

/** Frozen weights that programs own: on their device, or laid out for products. */
export class BoundWeights {
  readonly #frozen: (name: string) => Tensor | undefined;
  readonly #limit: number;
  readonly #decoded: boolean;
  #bytes = 0;

  /**
   * @param frozen constant parameter by checkpoint name; undefined for others.
   * @param decoded 4-bit codes become float32. (default false)
   */
  constructor(frozen: (name: string) => Tensor | undefined, limit = LIMIT, decoded = false) {
    this.#frozen = frozen;
    this.#limit = limit;
    this.#decoded = decoded;
  }

  clear(): void {
    this.#bytes = 0;
  }

  /** Frozen parameters among a program's inputs; none if they would exceed the limit. */
  of({ inputs }: Program, prefix: string): Tensors {
    const found = inputs.flatMap(({ name }) => {
      const tensor = this.#frozen(`${prefix}${name}`);
      return tensor ? [[name, tensor] as const] : [];
    });
    const bytes = found.reduce((sum, [, tensor]) => sum + this.#bytesOf(tensor), 0);
    if (this.#bytes + bytes > this.#limit) return {};
    this.#bytes += bytes;
    return Object.fromEntries(found);
  }

  #bytesOf({ dtype, data }: Tensor): number {
    return dtype === "uint8" && this.#decoded ? 8 * data.length : data.byteLength;
  }
}

export interface ProgramsOptions extends BlockOptions {
  readonly runtime: Runtime;
  readonly head: HeadModule;
  /** Constant parameter by checkpoint name. */
  readonly frozen: (name: string) => Tensor | undefined;
  /** Byte limit for copies of frozen weights, on a runtime that reads inputs in place. (default 0) */
  readonly copiedBytes?: number;
}

interface Compiled {
  readonly program: Program;
  readonly executable: Executable;
}

interface HeadVariant {
  readonly rows: number;
  /** True if dropout is active. (default false) */
  readonly training?: boolean;
  /** True if the gradient continues to the last block. (default false) */
  readonly inputGradient?: boolean;
}

/**
 * Program of a head, from x:
 * - `logits`: logits `[rows, classes]`.
 * - `losses`: losses `[rows]` and predictions int64 `[rows]`.
 * - `evaluate`: logits, losses and predictions.
 * - `train`: losses, predictions, and the gradients `d.x` and `d.<name>` of Σ losses · `row_weights`.
 */
type HeadRole = "logits" | "losses" | "evaluate" | "train";

/** Model programs, compiled at first use, stored until {@link Programs.dispose}; usable again then. */
export class Programs {
  readonly #options: ProgramsOptions;
  readonly #compiled = new Map<string, Promise<Compiled>>();
  readonly #graphs = new Map<string, BlockGraph>();
  /** Forward and backward programs, split from a block's joint graph. */
  readonly #splits = new Map<BlockGraph, SplitProgram>();
  readonly #plan: LayerPlan;
  readonly #bound: BoundWeights | undefined;
  /** True if adapters may be added to weights: not to bound ones, nor to those that products round. */
  readonly #mergesUpdates: boolean;

  constructor(options: ProgramsOptions) {
    this.#options = options;
    this.#plan = planLayers(options);
    const { runtime, frozen, copiedBytes = 0 } = options;
    this.#mergesUpdates = !runtime.bindsConstants && (runtime.computeDtype ?? "float32") === "float32";
    if (runtime.bindsConstants) this.#bound = new BoundWeights(frozen);
    else if (copiedBytes > 0) this.#bound = new BoundWeights(frozen, copiedBytes, true);
  }

  /** Norm behind the embeddings, `x` → `y`; undefined in families without it. */
  embeddingNorm(rows: number): Promise<Compiled> | undefined {
    const { family } = this.#options;
    const { norm } = family.embeddings;
    if (!norm) return undefined;
    return this.#compile("embedding", { rows }, () => {
      const weights = new ModuleInputs({
        shape: norm,
        path: "",
        adapter: noAdapter,
        training: false,
        isTrained: () => false,
        quantization: this.#options.quantization,
      });
      return program({ y: norm.apply(input("x", [rows, family.hiddenSize]), weights) });
    });
  }

  runs(shape: PassShape, trains: boolean): BlockRuns {
    return blockRuns(this.#plan, shape, trains);
  }

  /** Block program: `x` → `y`; the forward program also returns values for the backward program. */
  block({ role, variant, layer }: BlockRun): Promise<Compiled> {
    return this.#compileBlock(role, variant, layer, () => {
      const key = JSON.stringify(variant);
      const graph = getOrMake(this.#graphs, key, () =>
        blockGraph(variant, this.#options, this.#mergesUpdates),
      );
      if (role === "evaluate") return program({ y: graph.y });
      return getOrMake(this.#splits, graph, () => splitBlock(graph, this.#options.recompute))[role];
    });
  }

  /** Block program that reads a text piece: see {@link pieceProgram}. */
  blockPiece(shape: Required<LayoutShape>, layer: number): Promise<Compiled> {
    const variant = { ...shape, layer: this.#plan.alike[layer]! };
    return this.#compileBlock("piece", variant, layer, () => pieceProgram(variant, this.#options));
  }

  head(role: HeadRole, variant: HeadVariant): Promise<Compiled> {
    return this.#compile(`head ${role}`, variant, () => this.#headProgram(role, variant));
  }

  async dispose(): Promise<void> {
    const pending = [...this.#compiled.values()];
    this.#compiled.clear();
    this.#bound?.clear();
    const compiled = await Promise.all(pending);
    await Promise.all(compiled.map(({ executable }) => executable.dispose()));
  }

  /** Compiles a block program. Similar layers share it, unless weights are bound to it. */
  #compileBlock(role: string, variant: object, layer: number, make: () => Program): Promise<Compiled> {
    if (!this.#bound) return this.#compile(role, variant, make);
    return this.#compile(role, { ...variant, layer }, make, `${this.#options.family.blockPath(layer)}.`);
  }

  #compile(role: string, shape: object, make: () => Program, prefix = ""): Promise<Compiled> {
    return getOrMake(this.#compiled, `${role} ${JSON.stringify(shape)}`, async () => {
      const made = make();
      const constants = this.#bound?.of(made, prefix) ?? {};
      const executable = await this.#options.runtime.compile(made, { constants });
      const inputs = made.inputs.filter(({ name }) => !constants[name]);
      return { program: { ...made, inputs }, executable };
    });
  }

  /**
   * Head and cross-entropy. Inputs: `x` `[rows, hidden]`, weights, int64 `targets` `[rows]`; in training `row_weights`
   * `[rows]`, each row's share in the loss.
   */
  #headProgram(role: HeadRole, { rows, training = false, inputGradient = false }: HeadVariant): Program {
    const { family, head, adapter, trainBase, quantization } = this.#options;
    const isTrained = (name: string) => trainBase || isTrainedWhole(head, name);
    const weights = new ModuleInputs({ shape: head, path: "", adapter, training, isTrained, quantization });
    const x = input("x", [rows, family.hiddenSize]);
    const logits = head.logits(x, weights); // [rows, classes]
    if (role === "logits") return program({ logits });
    const losses = crossEntropy(logits, input("targets", [rows], "int64"));
    const predictions = argMax(logits);
    if (role === "losses") return program({ losses, predictions });
    if (role === "evaluate") return program({ losses, predictions, logits });
    const loss = sum(mul(losses, input("row_weights", [rows])), [0]);
    const differentiated = new Map(weights.trained);
    if (inputGradient) differentiated.set("x", x);
    const gradients = gradient(loss, [...differentiated.values()]);
    const named = Object.fromEntries(
      [...differentiated.keys()].map((name, i) => [gradientName(name), gradients[i]!]),
    );
    return program({ losses, predictions, ...named });
  }
}
