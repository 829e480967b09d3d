import type { TokenizedDataset } from "../data/dataset.ts";

/** How many examples of a class there are. */
export interface ClassCounts {
  readonly label: string;
  readonly train: number;
  readonly validation: number;
}

/** The classes in the order of their indices; undefined for data without classes. */
export function classCounts(dataset: TokenizedDataset): ClassCounts[] | undefined {
  if (!("labels" in dataset.task)) return undefined;
  const { task, train, validation } = dataset;
  const count = (examples: readonly object[]): number[] => {
    const counts = task.labels.map(() => 0);
    for (const example of examples) if ("label" in example) counts[example.label as number]!++;
    return counts;
  };
  const [trained, validated] = [count(train), count(validation)];
  return task.labels.map((label, i) => ({ label, train: trained[i]!, validation: validated[i]! }));
}
