import { type Executable, type Program, program, type Runtime, type Split } from "@lorank/graph";
import { getOrMake } from "../get-or-make.ts";
import type { Family } from "../models/family.ts";
import { type AdapterShape, type BlockVariant, blockProgram } from "./block-program.ts";
import { type Head, headPrograms } from "./head-program.ts";

/** What a model's programs depend on, apart from the shape of a batch. */
export interface ProgramsOptions {
  readonly family: Family;
  readonly runtime: Runtime;
  readonly head: Head;
  readonly adapter: AdapterShape;
  readonly trainBase: boolean;
  readonly recompute: boolean;
}

export interface Compiled {
  readonly program: Program;
  readonly executable: Executable;
}

/** A model's programs, each compiled when it is first asked for and kept until {@link Programs.dispose}. */
export class Programs {
  readonly #options: ProgramsOptions;
  readonly #compiled = new Map<string, Promise<Compiled>>();
  /** Forward and backward of a block come from one joint graph. */
  readonly #splits = new Map<string, Split>();

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** True if a gradient has to reach the blocks at all; with a head alone on a frozen base it does not. */
  get trainsBlocks(): boolean {
    return this.#options.adapter.targets.size > 0 || this.#options.trainBase;
  }

  /** `x` → `y` and nothing else. */
  blockEvaluation(variant: BlockVariant): Promise<Compiled> {
    return this.#compile("evaluate", variant, () => program({ y: this.#split(variant).forward.outputs.y! }));
  }

  /** `x` → `y` and what the backward program takes over. */
  blockForward(variant: BlockVariant): Promise<Compiled> {
    return this.#compile("forward", variant, () => this.#split(variant).forward);
  }

  blockBackward(variant: BlockVariant): Promise<Compiled> {
    return this.#compile("backward", variant, () => this.#split(variant).backward);
  }

  headEvaluation(rows: number): Promise<Compiled> {
    return this.#compile("head", { rows }, () => this.#headPrograms(rows).evaluate);
  }

  headTraining(rows: number): Promise<Compiled> {
    return this.#compile("head-training", { rows }, () => this.#headPrograms(rows).train);
  }

  async dispose(): Promise<void> {
    const compiled = await Promise.all(this.#compiled.values());
    this.#compiled.clear();
    await Promise.all(compiled.map(({ executable }) => executable.dispose()));
  }

  #compile(role: string, shape: object, make: () => Program): Promise<Compiled> {
    return getOrMake(this.#compiled, `${role} ${JSON.stringify(shape)}`, async () => {
      const made = make();
      return { program: made, executable: await this.#options.runtime.compile(made) };
    });
  }

  #split(variant: BlockVariant): Split {
    const { family, adapter, trainBase, recompute } = this.#options;
    return getOrMake(this.#splits, JSON.stringify(variant), () =>
      blockProgram(family, variant, adapter, trainBase, recompute),
    );
  }

  #headPrograms(rows: number): ReturnType<typeof headPrograms> {
    const { family, head, trainBase } = this.#options;
    const trained = new Set<string>();
    if (head.kind === "classification" || trainBase) trained.add("head");
    if (trainBase) trained.add("norm");
    return headPrograms(family, head, rows, trained, this.trainsBlocks);
  }
}
