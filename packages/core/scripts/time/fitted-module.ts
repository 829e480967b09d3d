import { timeConstantNames } from "./fit.ts";
import { factorOf, type StepResult, type TimeAccuracy } from "./report.ts";

/** src/time/fitted.ts. */
export function fittedModule({ constants, spread, results }: TimeAccuracy): string {
  const groups = <Key extends string | undefined>(keyOf: (result: StepResult) => Key) => {
    const keys = [...new Set(results.map(keyOf))].filter((key) => key !== undefined).sort();
    return keys.map((key) => {
      const own = results.filter((result) => keyOf(result) === key);
      const worst = Math.max(...own.map(({ leftOutRatio }) => factorOf(leftOutRatio)));
      return `  ${nameOf(key)}: { rows: ${own.length}, worst: ${inHundredths(worst)} },`;
    });
  };
  return `// Written by \`pnpm --filter @lorank/core step-time\`; do not edit.
import type { TimeConstants } from "./law.ts";

export const timeConstants: TimeConstants = {
${timeConstantNames.map((name) => `  ${name}: ${constants[name]},`).join("\n")}
};

/** Factors on predicted seconds between which 8 of 10 measured ones lie, left out by source. */
export const timeSpread: readonly [low: number, high: number] = [${spread.map(inHundredths).join(", ")}];

/** Measured steps: how many, and by which factor a prediction from other sources is off at most. */
export interface MeasuredSteps {
  readonly rows: number;
  readonly worst: number;
}

export const stepsByCard: Readonly<Record<string, MeasuredSteps>> = {
${groups(({ row }) => row.card).join("\n")}
};

export const stepsByProfile: Readonly<Record<string, MeasuredSteps>> = {
${groups(({ row }) => row.profile).join("\n")}
};
`;
}

const nameOf = (key: string): string => (/^[a-zA-Z]\w*$/.test(key) ? key : JSON.stringify(key));
const inHundredths = (value: number): number => Number(value.toFixed(2));
