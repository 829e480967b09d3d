import { splitTrainValidation, type TokenizedDataset } from "@lorank/train/data";

/** Share of the training examples that a search selects by, and the most it needs. */
const selectionShare = 1 / 4;
const mostSelection = 400;
/** Share of the training examples that a rate is tried on. */
const shortShare = 1 / 2;
/** Seeds of the two draws, which draw nothing else. */
const selectionDraw = 71;
const shortDraw = 72;

/**
 * Data sets for a search. In both, `validation` holds the selection examples: the same part of the sweep's training
 * examples.
 */
export interface SearchParts {
  /** Trains on half of the sweep's training examples. */
  readonly short: TokenizedDataset;
  /** Trains on all of them but the selection examples. */
  readonly long: TokenizedDataset;
}

/**
 * Splits the training examples of a sweep for a search. A quarter, at most about 400, are to select by. Long trainings
 * take all others; short ones take as many of the others as make half of all. The draws are by class and always alike.
 * The sweep's validation examples are left out: what they will decide must not have been fitted to them.
 *
 * @throws InputError `E_SPLIT` where no class has two examples.
 */
export function splitForSearch(dataset: TokenizedDataset): SearchParts {
  const all = dataset.train.length;
  const rows = dataset.train.map((example) => ({ example, ...classOf(example) }));
  const held = splitTrainValidation(rows, Math.min(selectionShare, mostSelection / all), selectionDraw);
  const kept = Math.min(1 - 1e-9, (shortShare * all) / held.train.length);
  // The examples that are left out are the drawn ones, so that a class of one example stays.
  const short = splitTrainValidation(held.train, 1 - kept, shortDraw);
  // The name is in the bytes of the data, and so in the ids of the search's trials: it must stay.
  const named = `${dataset.name}, parted for the search`;
  const part = (train: readonly (typeof rows)[number][]): TokenizedDataset =>
    ({
      name: named,
      task: dataset.task,
      train: train.map(({ example }) => example),
      validation: held.validation.map(({ example }) => example),
    }) as TokenizedDataset; // examples and task come from one data set
  return { short: part(short.train), long: part(held.train) };
}

function classOf(example: TokenizedDataset["train"][number]): { label?: string } {
  return "label" in example ? { label: String(example.label) } : {};
}
