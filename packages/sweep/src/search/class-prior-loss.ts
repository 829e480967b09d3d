import type { TokenizedDataset } from "@lorank/train/data";

/**
 * Mean log loss on the validation examples of giving each the shares of the classes among the training examples, in nats:
 * what an adapter that has learned nothing else can do. Undefined for responses, which have no classes.
 */
export function classPriorLoss({ task, train, validation }: TokenizedDataset): number | undefined {
  if (task.kind !== "classification") return undefined;
  const counts = task.labels.map((_, label) => train.filter((example) => labelOf(example) === label).length);
  const losses = validation.map((example) => -Math.log(counts[labelOf(example)]! / train.length));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Of an example of a classification. */
function labelOf(example: TokenizedDataset["train"][number]): number {
  return (example as { readonly label: number }).label;
}
