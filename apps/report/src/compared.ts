import { type Compared, comparedIn, type OfAxis, parametersCost } from "@lorank/evidence/results";

/** Words, names and costs for the ranks that a report compares, or for arms with names of their own. */
export interface ShownCompared extends Compared {
  /** Head of a table's column of names: `Rank`, or the columns that name arms. */
  readonly head: string;
  readonly title: "Ranks" | "Arms";
  /** Comparative of what costs less: of ranks, and of arms. */
  readonly less: "smaller" | "cheaper";
  /** Superlative of what costs least; undefined for arms without costs. */
  readonly least: "smallest" | "cheapest" | undefined;
  /** Superlative of what costs most; undefined for arms without costs. */
  readonly most: "largest" | "most expensive" | undefined;
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
  return items.map((item) => ({ ...item, rank: numberOf(item) }));
}

/** Words, names and places on a page for the ranks or arms of a decision or a sweep. */
export function shownCompared(of: OfAxis): ShownCompared {
  const compared = comparedIn(of);
  return { ...compared, ...(compared.isNamed ? partsOfArms(compared) : partsOfRanks) };
}

type Parts = Omit<ShownCompared, keyof Compared>;

const partsOfRanks: Parts = {
  ...{ head: "Rank", title: "Ranks", less: "smaller", least: "smallest", most: "largest" },
  label: (rank) => `rank ${rank}`,
  costOf: () => undefined,
  parametersOf: () => undefined,
  position: (rank) => Math.log2(rank + 1),
  facts: [],
};

function partsOfArms({ by, cost, cell }: Compared): Parts {
  const costOf = (arm: number): number | undefined => cost?.values[arm - 1];
  return {
    ...{ title: "Arms", label: cell, less: "cheaper" },
    head: by === "arm" ? "Arm" : by,
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
  };
}
