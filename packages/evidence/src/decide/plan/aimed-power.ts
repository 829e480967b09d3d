import { jointNormalQuantile, normalCdf } from "../../statistics/normal.ts";

/** Seed count from which half-widths are stable enough for `correlation`. */
const seedsForWidths = 5;
/** Correlation between a rank's certificates: means have 1/2, widths the more cautious 1/4. */
const correlation = 0.25;

/** Power needed against each rival for all to pass with `power`. With few seeds certificates count as independent. */
export function powerAgainstEach(power: number, rivals: number, seeds: number): number {
  if (rivals === 1) return power;
  if (seeds < seedsForWidths) return power ** (1 / rivals);
  return jointPower(power, rivals);
}

const jointPowers = new Map<string, number>();

/** Cached: a design search needs it at every seed count. */
function jointPower(power: number, rivals: number): number {
  const key = `${power} ${rivals}`;
  const known = jointPowers.get(key);
  if (known !== undefined) return known;
  const found = normalCdf(jointNormalQuantile(power, rivals, correlation));
  jointPowers.set(key, found);
  return found;
}

/** Binary outcomes have less power than a normal curve: 0.82 is aimed at for 0.8. */
export function aimedPower(power: number): number {
  return 1 - 0.9 * (1 - power);
}
