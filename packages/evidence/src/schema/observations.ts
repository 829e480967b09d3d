import type { OptionNames } from "@lorank/core";
import type { ObservationSettings, Observations } from "./check-types.ts";

export const observationNames: OptionNames<Observations> = { evaluateEvery: false };

/** Observations among `settings`, as a spec has them, without absent ones. */
export function observationsOf(settings: ObservationSettings): Observations {
  const entries = Object.entries(settings);
  return Object.fromEntries(entries.filter(([name, value]) => isObservation(name) && value !== undefined));
}

/** Settings or spec without observations: of a training that is evaluated at its end alone. */
export function unobserved<Observed extends Observations>(observed: Observed): Observed {
  return Object.fromEntries(Object.entries(observed).filter(([name]) => !isObservation(name))) as Observed;
}

const isObservation = (name: string): boolean => Object.hasOwn(observationNames, name);
