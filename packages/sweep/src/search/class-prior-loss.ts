import type { TokenizedDataset } from "@lorank/train/data";

/**
 * Mean log loss on the validation examples, in nats, when each class's share of the training examples is its
 * probability. An adapter that has learned only these shares reaches it. Undefined for responses: they have no classes.
 */
export function classPriorLoss({ task, train, validation }: TokenizedDataset): number | undefined {
  if (task.kind !== "classification") return undefined;
  const counts = task.labels.map((_, label) => train.filter((example) => labelOf(example) === label).length);
  const losses = validation.map((example) => -Math.log(counts[labelOf(example)]! / train.length));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Label of an example, which must be one of a classification. */
function labelOf(example: TokenizedDataset["train"][number]): number {
  return (example as { readonly label: number }).label;
}
