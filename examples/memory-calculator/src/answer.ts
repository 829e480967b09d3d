import { formatDecimalBytes } from "@lorank/core";
import type { Card, Fit } from "@lorank/core/memory";
import type { Calculation } from "./calculate.ts";

/** What a person asks first, in a few sentences. */
export function answerSentences(calculation: Calculation): string[] {
  const { card, largestRank, limits } = calculation;
  const { rank, estimate } = largestRank;
  const needs = `${rank === null ? "Full fine-tuning" : `Rank ${rank}`} needs ${bounds(estimate.deviceBytes)}.`;
  if (card === undefined) return [needs, smallestCard(calculation)];
  return [onCard(calculation), needs, ...cure(calculation), ...limits, smallestCard(calculation)];
}

/** `24GB: ranks 4, 8 fit; rank 16 does not fit.`; in a comparison with the names of the methods. */
function onCard({ rows, card }: Calculation): string {
  const methods = [...new Set(rows.map(({ method }) => method))];
  const clauses = methods.flatMap((method) =>
    fits.flatMap((fit) => {
      const same = rows.filter((row) => row.method === method && row.fit === fit);
      if (same.length === 0) return [];
      if (method === "full") return [`full fine-tuning ${fit}`];
      const of = methods.length > 1 ? `${method} of ` : "";
      const ranks = same.map(({ rank }) => rank).join(", ");
      return [same.length === 1 ? `${of}rank ${ranks} ${fit}` : `${of}ranks ${ranks} ${plurals[fit]}`];
    }),
  );
  return `${card?.name}: ${clauses.join("; ")}.`;
}

const fits: readonly Fit[] = ["fits", "may fit", "does not fit"];
const plurals: Record<Fit, string> = { fits: "fit", "may fit": "may fit", "does not fit": "do not fit" };

/** Changes after which the largest rank fits. */
function cure({ advice }: Calculation): string[] {
  const last = advice?.together?.at(-1);
  if (last === undefined) return [];
  return [
    `It fits with ${advice!.together!.map(({ name }) => name).join(" and ")}: ${bounds(last.deviceBytes)}.`,
  ];
}

function smallestCard({ largestRank }: Calculation): string {
  const { rank, cards } = largestRank;
  const { fits, mayFit } = cards;
  const words = (card: Card): string => `${card.gigabytes} GB (${card.names.join(", ")})`;
  const surely = fits === null ? "none of the common ones surely fits" : `${words(fits)} surely fits`;
  const maybe = mayFit === null || mayFit.gigabytes === fits?.gigabytes ? "" : `; ${words(mayFit)} may fit`;
  return `Smallest card for ${rank === null ? "full fine-tuning" : `rank ${rank}`}: ${surely}${maybe}.`;
}

function bounds(bytes: readonly [lo: number, hi: number]): string {
  return bytes.map(formatDecimalBytes).join(" – ");
}
