import { levenbergMarquardt } from "ml-levenberg-marquardt";
import type { StackTraits } from "../../src/memory/stack.ts";
import { type Profile, profileOf } from "../../src/memory.ts";
import { errorOf, type MeasuredRow } from "./rows.ts";

/** The constants that measurements have decided, each with what counting alone would say. */
const constants = {
  /** Bytes of a logit in litgpt: itself and its log-softmax in 16 bits. */
  litgptLogit: 4,
  /** Bytes of raw q beside its heads. */
  rawQkv: 0,
  /** Bytes of an adapter's output on q and v. */
  queryValueAdapter: 0,
  /** Copies of a 4-bit layer's input with an old bitsandbytes, and how many more litgpt of 2024 keeps. */
  keptInputs: 1,
  moreKeptInputs: 0,
  /** Bytes of a weight of litgpt's 4-bit head beyond its own. */
  headScratch: 0,
} as const;

export type ConstantName = keyof typeof constants;
export const constantNames = Object.keys(constants) as readonly ConstantName[];
export type Constants = Readonly<Record<ConstantName, number>>;

/** The values that the profiles have. */
export function profileConstants(): Constants {
  const litgpt = profileOf("litgpt").traits;
  const before = profileOf("litgpt-2023").traits;
  return {
    litgptLogit: litgpt.logitBytes.chunked,
    rawQkv: litgpt.rawQkvBytes,
    queryValueAdapter: litgpt.queryValueAdapterBytes,
    keptInputs: before.keptQuantizedInputs,
    moreKeptInputs: litgpt.keptQuantizedInputs - before.keptQuantizedInputs,
    headScratch: litgpt.quantizedHeadScratch,
  };
}

/** `profile` with other constants in the places where it has any of these. */
export function withConstants(profile: Profile, values: Constants): Profile {
  const { traits, name } = profile;
  const isLitgpt = name.startsWith("litgpt");
  const logit = isLitgpt ? values.litgptLogit : traits.logitBytes.chunked;
  const fitted: Partial<StackTraits> = {
    logitBytes: { ...traits.logitBytes, chunked: logit },
    rawQkvBytes: traits.rawQkvBytes === 0 ? 0 : values.rawQkv,
    queryValueAdapterBytes: traits.queryValueAdapterBytes === 0 ? 0 : values.queryValueAdapter,
    keptQuantizedInputs: values.keptInputs + (name === "litgpt" ? values.moreKeptInputs : 0),
    quantizedHeadScratch: isLitgpt ? values.headScratch : 0,
  };
  return { ...profile, traits: { ...traits, ...fitted } };
}

/** Tells if any of the constants is in the estimate of `row`. */
export function dependsOnConstants({ profile, base }: MeasuredRow): boolean {
  const { traits } = profileOf(profile);
  return (
    profile.startsWith("litgpt") ||
    traits.rawQkvBytes > 0 ||
    (base.startsWith("nf4") && profile === "peft-2024")
  );
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
