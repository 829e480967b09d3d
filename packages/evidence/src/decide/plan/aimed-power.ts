import { jointNormalQuantile, normalCdf } from "../../statistics/normal.ts";

/** Fewest seeds that show the widths of intervals well enough for their correlation to hold. */
const seedsForWidths = 5;
/** Correlation of two certificates of one rank. Their means correlate by 1/2, their widths by the more cautious 1/4. */
const correlation = 0.25;

/**
 * Power of the certificate against each of `rivals` with which all pass with probability `power`, if ranks vary alike.
 * All certificates of a rank share its own noise, so they pass or fail together. With few seeds the widths decide
 * instead, and the certificates count as independent.
 */
export function powerAgainstEach(power: number, rivals: number, seeds: number): number {
  if (rivals === 1) return power;
  if (seeds < seedsForWidths) return power ** (1 / rivals);
  return jointPower(power, rivals);
}

const jointPowers = new Map<string, number>();

/** Cached: a search over designs needs the same value at every number of seeds. */
function jointPower(power: number, rivals: number): number {
  const key = `${power} ${rivals}`;
  const known = jointPowers.get(key);
  if (known !== undefined) return known;
  const found = normalCdf(jointNormalQuantile(power, rivals, correlation));
  jointPowers.set(key, found);
  return found;
}

/** Power that a plan aims at to keep `power` for binary outcomes, which a normal curve overstates: 0.82 for 0.8. */
export function aimedPower(power: number): number {
  return 1 - 0.9 * (1 - power);
}
