import { type ArmAxis, type Compared, comparedWords } from "@lorank/evidence/results";

/** Words, names and costs for the ranks that a report compares, or for arms with names of their own. */
export interface ShownCompared extends Compared {
  /** True for arms: names may be long, and no distances lie between them. */
  readonly isNamed: boolean;
  /** Entries of a table or a chart: `rank`, or the columns that name arms. */
  readonly by: string;
  /** Head of a table's column of names: `Rank`, or the columns that name arms. */
  readonly head: string;
  readonly title: "Ranks" | "Arms";
  readonly a: "a rank" | "an arm";
  /** Name in a cell: `8`. */
  readonly cell: (rank: number) => string;
  /** Name that stands alone, as over a column: `rank 8`. */
  readonly label: (rank: number) => string;
  /** Cost of an arm, in its own unit; undefined for ranks, and if unknown. */
  readonly costOf: (rank: number) => number | undefined;
  /** Position among others: a rank's logarithm, an arm's place. */
  readonly position: (rank: number) => number;
  /** Sentence on the arms' order; undefined for ranks. */
  readonly order?: string;
  /** Facts on the arms' origin; none for ranks. */
  readonly facts: readonly (readonly [term: string, value: string])[];
}

const ofRanks: ShownCompared = {
  ...comparedWords(),
  ...{ isNamed: false, by: "rank", head: "Rank", title: "Ranks", a: "a rank" },
  cell: String,
  label: (rank) => `rank ${rank}`,
  costOf: () => undefined,
  position: (rank) => Math.log2(rank + 1),
  facts: [],
};

export function comparedIn({ axis }: { readonly axis?: ArmAxis | undefined }): ShownCompared {
  if (axis === undefined) return ofRanks;
  const { by, names, cost } = axis;
  const plain = (arm: number): string => names[arm - 1] ?? String(arm);
  return {
    ...comparedWords(axis),
    ...{ isNamed: true, by, head: by, title: "Arms", a: "an arm", cell: plain, label: plain },
    costOf: (arm) => cost?.values[arm - 1],
    position: (arm) => arm,
    order: `Arms stand in order of ${cost === undefined ? "their means, the best" : `${cost.of}, the cheapest`} first.`,
    facts: [
      ["Compared by", by],
      ["Cost", cost?.of ?? "unknown"],
    ],
  };
}
