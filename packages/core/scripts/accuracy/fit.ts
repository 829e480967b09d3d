import { levenbergMarquardt } from "ml-levenberg-marquardt";
import type { StackTraits } from "../../src/memory/stack.ts";
import { type Profile, profileOf } from "../../src/memory.ts";
import { errorOf, type MeasuredRow } from "./rows.ts";

/** The constants that measurements have decided, each with what counting alone would say of answer-ai's notebook. */
const constants = {
  /** Bytes of raw q beside its heads. */
  rawQkv: 0,
  /** Bytes of an adapter's output on q and v. */
  queryValueAdapter: 0,
} as const;

export type ConstantName = keyof typeof constants;
export const constantNames = Object.keys(constants) as readonly ConstantName[];
export type Constants = Readonly<Record<ConstantName, number>>;

/** The values that the profiles have. */
export function profileConstants(): Constants {
  const { traits } = profileOf("litgpt");
  return { rawQkv: traits.rawQkvBytes, queryValueAdapter: traits.queryValueAdapterBytes };
}

/** `profile` with other constants in the places where it has any of these. */
export function withConstants(profile: Profile, values: Constants): Profile {
  const { traits } = profile;
  const fitted: Partial<StackTraits> = {
    rawQkvBytes: traits.rawQkvBytes === 0 ? 0 : values.rawQkv,
    queryValueAdapterBytes: traits.queryValueAdapterBytes === 0 ? 0 : values.queryValueAdapter,
  };
  return { ...profile, traits: { ...traits, ...fitted } };
}

/** Tells if any of the constants is in the estimate of `row`. */
export function dependsOnConstants({ profile }: MeasuredRow): boolean {
  const { traits } = profileOf(profile);
  return traits.rawQkvBytes > 0 || traits.queryValueAdapterBytes > 0;
}

export function errorWith(row: MeasuredRow, values: Constants): number {
  return errorOf(row, withConstants(profileOf(row.profile), values));
}

/**
 * Constants fitted to the errors of `rows` in per cent by least squares. A weak pull of 0.3 per cent a unit towards
 * what counting says decides those that the rows do not.
 */
export function fitConstants(all: readonly MeasuredRow[]): Constants {
  const rows = all.filter(dependsOnConstants);
  const counted = Object.values(constants);
  const x = [...rows.keys(), ...counted.map((_, i) => -1 - i)];
  const pull = 0.3;
  const { parameterValues } = levenbergMarquardt(
    { x, y: new Array<number>(x.length).fill(0) },
    (parameters) => {
      const values = named(parameters);
      return (i) => (i >= 0 ? errorWith(rows[i]!, values) : pull * (parameters[-1 - i]! - counted[-1 - i]!));
    },
    {
      initialValues: counted,
      gradientDifference: 1e-3,
      centralDifference: true,
      maxIterations: 12, // from the fifth on, nine digits stay as they are
      errorTolerance: 1e-9,
      damping: 1e-3,
    },
  );
  return named(parameterValues);
}

function named(parameters: readonly number[]): Constants {
  return Object.fromEntries(constantNames.map((name, i) => [name, parameters[i]!])) as Constants;
}
