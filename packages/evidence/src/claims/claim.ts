import type { ExclusionCause } from "../schema/decision-facts.ts";
import type { MetricName } from "../schema/metric.ts";
import type { Compared } from "./compared-types.ts";
import type { NextBodies, SharedBodies } from "./shared-bodies.ts";

/** Claim topic. `verdict`: answer and reason; `evidence`: other findings; `basis`: the data behind all. */
export type Topic = "verdict" | "evidence" | "caution" | "next" | "method" | "basis";

export type Bodies = { readonly [T in Topic]?: object };

export type ClaimIn<Own extends Bodies> = Extract<
  { [T in keyof Own]: ClaimOn<T, Own[T]> }[keyof Own],
  { readonly kind: string }
>;

type ClaimOn<T, Kinds> = { [Kind in keyof Kinds]: Made<T, Kind, Kinds[Kind]> }[keyof Kinds];

type Made<T, Kind, Body> = { readonly kind: Kind; readonly topic: T } & Readonly<Body>;

export type SharedClaim = ClaimIn<SharedBodies>;

export type ClaimOf<Kind extends SharedClaim["kind"]> = Extract<SharedClaim, { readonly kind: Kind }>;

export type Words<Said extends { readonly kind: string }> = {
  readonly [One in Said as One["kind"]]: (claim: One, compared: Compared) => string;
};

/** Words for why a rank is not compared, by cause. */
export type Reasons<Kinds extends ExclusionCause["kind"]> = {
  readonly [Kind in Kinds]: (
    cause: Extract<ExclusionCause, { readonly kind: Kind }>,
    metric: MetricName,
    compared: Compared,
  ) => string;
};

export type SaidBy<Said> = Said extends Said
  ? Parameters<Extract<Said[keyof Said], (claim: never, compared: Compared) => string>>[0]
  : never;

export type StepKind = keyof NextBodies;

type Makers<All> = {
  readonly [T in keyof All & Topic]: <Kind extends keyof All[T]>(
    kind: Kind,
    body: Readonly<All[T][Kind]>,
  ) => Made<T, Kind, All[T][Kind]>;
};

const makers = Object.fromEntries(
  (["verdict", "evidence", "caution", "next", "method", "basis"] as const).map((topic) => [
    topic,
    (kind: string, body: object) => ({ kind, topic, ...body }),
  ]),
);

/** Functions that make claims, by topic: shared claims, and claims declared in `Own`. */
export function claimsWith<Own extends Bodies>(): Makers<SharedBodies & Own> {
  return makers as never;
}

export const claim: Makers<SharedBodies> = /* @__PURE__ */ claimsWith<object>();
