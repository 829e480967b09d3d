import { jointNormalQuantile } from "../../statistics/joint-normal.ts";
import { normalCdf } from "../../statistics/normal.ts";

/** From so many seeds on the widths of the intervals are known well enough to be correlated as taken here. */
const seedsForWidths = 5;
/** Correlation of two certificates of one rank. Their means correlate by 1/2, their widths by the more cautious 1/4. */
const correlation = 0.25;

/**
 * What the certificate against each of `rivals` aims at, so that all pass with probability `power`, if the ranks vary
 * alike. All certificates of a rank share its own noise, so they pass or fail together, but for those of a few seeds:
 * there the widths decide, and they are taken for independent.
 */
export function powerAgainstEach(power: number, rivals: number, seeds: number): number {
  if (rivals === 1) return power;
  if (seeds < seedsForWidths) return power ** (1 / rivals);
  return jointPower(power, rivals);
}

const jointPowers = new Map<string, number>();

/** A search over designs asks for the same one at every number of seeds. */
function jointPower(power: number, rivals: number): number {
  const key = `${power} ${rivals}`;
  const known = jointPowers.get(key);
  if (known !== undefined) return known;
  const found = normalCdf(jointNormalQuantile(power, rivals, correlation));
  jointPowers.set(key, found);
  return found;
}

/** What a plan aims at so that outcomes of right and wrong keep `power`, which a normal curve overstates: 0.82 for 0.8. */
export function aimedPower(power: number): number {
  return 1 - 0.9 * (1 - power);
}
