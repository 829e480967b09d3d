import { formatDecimalBytes } from "@lorank/core";
import { type Card, type ChangeEffect, type Fit, provenBounds } from "@lorank/core/memory";
import type { Calculation } from "./calculate.ts";

/** What a person asks first, in a few sentences. */
export function answerSentences(calculation: Calculation): string[] {
  const { card, largestRank, limits, notCounted } = calculation;
  const { rank, estimate } = largestRank;
  const { deviceBytes } = estimate;
  const omissions = notCounted.map(({ what, from }) => (from === undefined ? what : `${what} (${from})`));
  const left = omissions.length === 0 ? "" : `; not counted: ${omissions.join(", ")}`;
  const subject = rank === null ? "Full fine-tuning" : `Rank ${rank}`;
  const needs = `${subject} needs ${bounds({ deviceBytes, notCounted: largestRank.notCounted })}`;
  if (card === undefined) return [`${needs}${left}.`, ...smallestCard(calculation)];
  return [
    `${onCard(calculation)}${left}.`,
    ...[`${needs}.`, ...cure(calculation), ...limits, ...smallestCard(calculation)],
  ];
}

/** `24GB: ranks 4, 8 fit; rank 16 does not fit`; in a comparison with the names of the methods. */
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
  return `${card?.name}: ${clauses.join("; ")}`;
}

const fits: readonly Fit[] = ["fits", "may fit", "does not fit"];
const plurals: Record<Fit, string> = { fits: "fit", "may fit": "may fit", "does not fit": "do not fit" };

/** Changes after which the largest rank fits. */
function cure({ advice }: Calculation): string[] {
  const last = advice?.together?.at(-1);
  if (last === undefined) return [];
  return [`It fits with ${advice!.together!.map(({ name }) => name).join(" and ")}: ${bounds(last)}.`];
}

/** Nothing where what is not counted leaves no card to name. */
function smallestCard({ largestRank }: Calculation): string[] {
  const { rank, cards, notCounted } = largestRank;
  const { fits, mayFit } = cards;
  if (fits === null && notCounted.length > 0) return [];
  const words = (card: Card): string => `${card.gigabytes} GB (${card.names.join(", ")})`;
  const surely = fits === null ? "none of the common ones surely fits" : `${words(fits)} surely fits`;
  const maybe = mayFit === null || mayFit.gigabytes === fits?.gigabytes ? "" : `; ${words(mayFit)} may fit`;
  return [`Smallest card for ${rank === null ? "full fine-tuning" : `rank ${rank}`}: ${surely}${maybe}.`];
}

/** The bounds that hold whatever is not counted. */
function bounds({ deviceBytes, notCounted }: Pick<ChangeEffect, "deviceBytes" | "notCounted">): string {
  const [lo, hi] = provenBounds(deviceBytes, notCounted);
  const counted = deviceBytes.map(formatDecimalBytes).join(" – ");
  if (lo > 0 && hi < Infinity) return counted;
  if (lo > 0) return `at least ${formatDecimalBytes(lo)}`;
  return hi < Infinity ? `at most ${formatDecimalBytes(hi)}` : `${counted} of what is counted`;
}
