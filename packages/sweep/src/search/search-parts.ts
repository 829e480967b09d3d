import { splitTrainValidation, type TokenizedDataset } from "@lorank/train/data";

/** Share of the training examples set aside for selection: to judge a setting's log loss. */
const selectionShare = 1 / 4;
const mostSelection = 400;
/** Share of the training examples that short trainings take. */
export const shortShare = 1 / 2;
/** Random seeds for drawing the selection and the short training examples. */
const selectionDraw = 71;
const shortDraw = 72;

/** Number of selection examples, but for rounding by class. */
export function judgedExamplesOf(trainExamples: number): number {
  return Math.min(selectionShare * trainExamples, mostSelection);
}

/**
 * Datasets for the search: `short` to try learning rates, `long` to try epochs. `validation` in both has the selection
 * examples.
 */
export interface SearchParts {
  readonly short: TokenizedDataset;
  readonly long: TokenizedDataset;
}

/**
 * Splits a sweep's training examples: a quarter, at most about 400, for selection; the rest for long trainings; half of
 * all for short trainings. Draws are by class and deterministic. Validation examples stay unseen.
 *
 * @throws InputError `E_SPLIT` where no class has two examples.
 */
export function splitForSearch(dataset: TokenizedDataset): SearchParts {
  const all = dataset.train.length;
  const rows = dataset.train.map((example) => ({
    example,
    ...("label" in example ? { label: String(example.label) } : {}),
  }));
  const selection = splitTrainValidation(rows, judgedExamplesOf(all) / all, selectionDraw);
  const shortPart = Math.min(1 - 1e-9, (shortShare * all) / selection.train.length);
  // The drawn part is left out and the rest taken, so that a class with one example stays.
  const short = splitTrainValidation(selection.train, 1 - shortPart, shortDraw);
  // Changing this name would change the search's trial ids.
  const named = `${dataset.name}, parted for the search`;
  const part = (train: readonly (typeof rows)[number][]): TokenizedDataset =>
    ({
      name: named,
      task: dataset.task,
      train: train.map(({ example }) => example),
      validation: selection.validation.map(({ example }) => example),
    }) as TokenizedDataset; // examples and task come from one data set
  return { short: part(short.train), long: part(selection.train) };
}

/**
 * Class-prior loss: mean validation log loss, in nats, when predicting the training shares of classes. Undefined for
 * responses.
 */
export function classPriorLoss({ task, train, validation }: TokenizedDataset): number | undefined {
  if (task.kind !== "classification") return undefined;
  const counts = task.labels.map((_, label) => train.filter((example) => labelOf(example) === label).length);
  const losses = validation.map((example) => -Math.log(counts[labelOf(example)]! / train.length));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function labelOf(example: TokenizedDataset["train"][number]): number {
  return (example as { readonly label: number }).label;
}
