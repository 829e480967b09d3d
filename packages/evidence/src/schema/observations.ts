import type { OptionNames } from "@lorank/core";
import type { EnginePointSettings, PointSettings } from "./checks/points.ts";

/**
 * Observations: settings by which a training is looked at before its end, and which do not change how it trains. Any
 * trainer's spec has them as the settings of a sweep do.
 */
export interface Observations extends PointSettings {}

/** Observations of a spec of this engine, with what may follow from them. */
export interface EngineObservations extends Observations, EnginePointSettings {}

/** Observations as callers ask for them. */
export type AskedObservations = {
  readonly [Name in keyof Observations]?: Observations[Name] | undefined;
};

export const observationNames: OptionNames<Observations> = { evaluateEvery: false };

/** Observations among `settings`, as a spec has them: those that are given. */
export function observationsOf(settings: AskedObservations): Observations {
  const given = Object.entries(settings).filter(
    ([name, value]) => isObservation(name) && value !== undefined,
  );
  return Object.fromEntries(given);
}

/** Settings or spec without observations: of a training that is evaluated at its end alone. */
export function unobserved<Observed extends Observations>(observed: Observed): Observed {
  const others = Object.entries(observed).filter(([name]) => !isObservation(name));
  return Object.fromEntries(others) as Observed;
}

function isObservation(name: string): boolean {
  return Object.hasOwn(observationNames, name);
}
