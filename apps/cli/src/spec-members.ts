import type { CommandSpec, EngineSpec, LoraSpec, OptimizerSpec } from "@lorank/core/results";

/**
 * A trial's spec, whoever trains it, by its members: what is absent is the affair of another trainer's command, and no
 * `trainer` is this engine.
 */
export interface SpecMembers
  extends Partial<Omit<EngineSpec, "lora" | "optimizer" | "seed">>,
    Partial<Pick<CommandSpec, "trainer">> {
  readonly lora: Pick<LoraSpec, "rank"> & Partial<LoraSpec>;
  readonly optimizer: Partial<OptimizerSpec>;
  readonly seed: number;
}
