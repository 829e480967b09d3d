import { InputError } from "@lorank/core";
import type { CommandSpec, EngineSpec, TrialSpec } from "@lorank/core/results";

/** A spec of this engine. Throws E_SPEC for that of a command. */
export function engineSpec(spec: TrialSpec): EngineSpec {
  if (!("trainer" in spec)) return spec;
  throw new InputError("E_SPEC", "the trial must be one of this engine, got one of a command");
}

/** A command's spec. Throws E_SPEC for that of this engine. */
export function commandSpec(spec: TrialSpec): CommandSpec {
  if ("trainer" in spec) return spec;
  throw new InputError("E_SPEC", "the trial must be one of a command, got one of this engine");
}
