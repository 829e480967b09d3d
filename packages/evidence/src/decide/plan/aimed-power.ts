import { jointNormalQuantile, normalCdf } from "../../statistics/normal.ts";

/** Fewest seeds at which the widths of intervals are known well enough for `correlation`. */
const seedsForWidths = 5;
/** Correlation of two certificates of one rank: means correlate by 1/2, widths by the more cautious 1/4. */
const correlation = 0.25;

/**
 * Power against each of `rivals` such that all certificates pass with probability `power`, if ranks vary alike. A
 * rank's certificates share its noise, so they correlate; with few seeds the widths decide, and they count as
 * independent.
 */
export function powerAgainstEach(power: number, rivals: number, seeds: number): number {
  if (rivals === 1) return power;
  if (seeds < seedsForWidths) return power ** (1 / rivals);
  return jointPower(power, rivals);
}

const jointPowers = new Map<string, number>();

/** Cached: a search over designs needs it at every number of seeds. */
function jointPower(power: number, rivals: number): number {
  const key = `${power} ${rivals}`;
  const known = jointPowers.get(key);
  if (known !== undefined) return known;
  const found = normalCdf(jointNormalQuantile(power, rivals, correlation));
  jointPowers.set(key, found);
  return found;
}

/** Power aimed at to keep `power` for binary outcomes, which a normal curve overstates: 0.82 for 0.8. */
export function aimedPower(power: number): number {
  return 1 - 0.9 * (1 - power);
}
