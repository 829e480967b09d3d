import {
  type ArmAxis,
  armNumber,
  type Compared,
  comparedWords,
  parametersCost,
} from "@lorank/evidence/results";

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
  /** Comparative of what costs less: of ranks, and of arms. */
  readonly less: "smaller" | "cheaper";
  /** Superlative of what costs least; undefined for arms without costs. */
  readonly least: "smallest" | "cheapest" | undefined;
  /** Superlative of what costs most; undefined for arms without costs. */
  readonly most: "largest" | "most expensive" | undefined;
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
  /** Count of an arm's trained parameters; undefined unless that is its cost. */
  readonly parametersOf: (rank: number) => number | undefined;
  /** Number by which a trial is compared: its rank, or its arm's place. */
  readonly numberOf: (spec: Parameters<typeof armNumber>[0]) => number;
}

/** Rank with an arm's name, if arms are compared. */
export interface NamedRank {
  readonly rank: number;
  /** Name of the arm; absent if ranks are compared. */
  readonly arm?: string;
}

/** Items under the numbers by which their arms are compared. */
export function numbered<Item extends NamedRank>(
  items: readonly Item[],
  { numberOf }: ShownCompared,
): Item[] {
  return items.map((item) => {
    const { rank, arm } = item;
    return { ...item, rank: numberOf(arm === undefined ? { lora: { rank } } : { arm, lora: { rank } }) };
  });
}

const ofRanks: ShownCompared = {
  ...comparedWords(),
  ...{ isNamed: false, by: "rank", head: "Rank", title: "Ranks", a: "a rank" },
  ...{ less: "smaller", least: "smallest", most: "largest" },
  cell: String,
  label: (rank) => `rank ${rank}`,
  costOf: () => undefined,
  parametersOf: () => undefined,
  position: (rank) => Math.log2(rank + 1),
  facts: [],
  numberOf: ({ lora }) => lora.rank,
};

/** Words for the ranks or arms of a decision. */
export function comparedIn({ axis }: { readonly axis?: ArmAxis | undefined }): ShownCompared {
  if (axis === undefined) return ofRanks;
  const { by, names, cost } = axis;
  const costOf = (arm: number): number | undefined => cost?.values[arm - 1];
  const plain = (arm: number): string => names[arm - 1] ?? String(arm);
  return {
    ...comparedWords(axis),
    ...{ isNamed: true, by, title: "Arms", a: "an arm", cell: plain, label: plain },
    head: by === "arm" ? "Arm" : by,
    less: "cheaper",
    least: cost && "cheapest",
    most: cost && "most expensive",
    costOf,
    parametersOf: (arm) => (cost?.of === parametersCost ? costOf(arm) : undefined),
    position: (arm) => arm,
    order: `Arms stand in order of ${cost === undefined ? "their means, the best" : `${cost.of}, the cheapest`} first.`,
    facts: [
      ["Compared by", by],
      ["Cost", cost?.of ?? "unknown"],
    ],
    numberOf: (spec) => armNumber(spec, axis),
  };
}
