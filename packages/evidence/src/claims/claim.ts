import type { NextBodies, SharedBodies } from "./shared-bodies.ts";

/** Topic of a claim. `verdict`: the answer and its reason; `evidence`: other findings; `basis`: the data behind all of it. */
export type Topic = "verdict" | "evidence" | "caution" | "next" | "method" | "basis";

/** Contents of claims by topic, then by kind. */
export type Bodies = { readonly [T in Topic]?: object };

/** Claims with these contents. */
export type ClaimIn<Own extends Bodies> = Extract<
  { [T in keyof Own]: ClaimOn<T, Own[T]> }[keyof Own],
  { readonly kind: string }
>;

type ClaimOn<T, Kinds> = { [Kind in keyof Kinds]: Made<T, Kind, Kinds[Kind]> }[keyof Kinds];

type Made<T, Kind, Body> = { readonly kind: Kind; readonly topic: T } & Readonly<Body>;

/** A claim that no check and no method has for itself. */
export type SharedClaim = ClaimIn<SharedBodies>;

/** The shared claim of one kind. */
export type ClaimOf<Kind extends SharedClaim["kind"]> = Extract<SharedClaim, { readonly kind: Kind }>;

/** A sentence or a few for each of these claims. */
export type Words<Said extends { readonly kind: string }> = {
  readonly [One in Said as One["kind"]]: (claim: One) => string;
};

/** The claims that have words in `Said`, a union of {@link Words}. */
export type SaidBy<Said> = Said extends Said
  ? Parameters<Extract<Said[keyof Said], (claim: never) => string>>[0]
  : never;

/** The kinds of next steps. */
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

/** Makes claims on each topic: shared ones, and those with contents of `Own`. */
export function claimsWith<Own extends Bodies>(): Makers<SharedBodies & Own> {
  return makers as never;
}

/** Makes shared claims on each topic. */
export const claim: Makers<SharedBodies> = /* @__PURE__ */ claimsWith<object>();
