import { jointNormalQuantile, normalCdf } from "../../statistics/normal.ts";

/** Least seed count at which half-widths are stable enough for `correlation`. */
const seedsForWidths = 5;
/** Correlation between a rank's certificates against two rivals: cautious, as means alone have 1/2. */
const correlation = 0.25;

/** Power against each rival for all to pass with `power`. With few seeds certificates count as independent. */
export function powerAgainstEach(power: number, rivals: number, seeds: number): number {
  if (rivals === 1) return power;
  if (seeds < seedsForWidths) return power ** (1 / rivals);
  return jointPower(power, rivals);
}

const jointPowers = new Map<string, number>();

/** Power against each rival if certificates correlate; cached, as a design search needs it at every seed count. */
function jointPower(power: number, rivals: number): number {
  const key = `${power} ${rivals}`;
  const known = jointPowers.get(key);
  if (known !== undefined) return known;
  const found = normalCdf(jointNormalQuantile(power, rivals, correlation));
  jointPowers.set(key, found);
  return found;
}

/** Power to aim at with a normal curve, as binary outcomes have less: 0.82 for 0.8. */
export function aimedPower(power: number): number {
  return 1 - 0.9 * (1 - power);
}
