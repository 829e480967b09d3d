import { logGamma } from "./incomplete-beta.ts";

/** Density at `x` >= 0 of the chi distribution: the root of a sum of `df` squared standard normals. */
export function chiDensity(x: number, df: number): number {
  if (x === 0) return df === 1 ? Math.sqrt(2 / Math.PI) : 0;
  return Math.exp((1 - df / 2) * Math.LN2 + (df - 1) * Math.log(x) - (x * x) / 2 - logGamma(df / 2));
}
