import type { PairSummary } from "../schema/types.ts";
import type { PairComparison } from "./compare.ts";
import type { VarianceComponents } from "./interval/components.ts";

export function pairSummary({ first, second, fit, halfWidth }: PairComparison): PairSummary {
  return {
    first,
    second,
    advantage: fit.mean,
    interval: [fit.mean - halfWidth, fit.mean + halfWidth],
    variance: withoutNull(fit.components),
  };
}

function withoutNull({ seed, ...rest }: VarianceComponents): PairSummary["variance"] {
  return seed === null ? rest : { seed, ...rest };
}
