/** Where texts lie that share sequences. */
export interface TextPlaces {
  /** Sequences in all. */
  readonly count: number;
  /** Sequence of each text. */
  readonly sequences: readonly number[];
  /** Column of each text's first token. */
  readonly starts: readonly number[];
}

/**
 * Puts texts of `lengths` into sequences of `seq` tokens: first-fit decreasing, ties by index. Undefined where all texts
 * need one each.
 * Source: Krell et al., https://arxiv.org/abs/2107.02027, section 3.2
 */
export function packTexts(lengths: readonly number[], seq: number): TextPlaces | undefined {
  const sequences = new Array<number>(lengths.length);
  const starts = new Array<number>(lengths.length);
  const filled: number[] = [];
  const longestFirst = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (const text of longestFirst) {
    const fits = filled.findIndex((tokens) => tokens + lengths[text]! <= seq);
    const sequence = fits === -1 ? filled.push(0) - 1 : fits;
    sequences[text] = sequence;
    starts[text] = filled[sequence]!;
    filled[sequence]! += lengths[text]!;
  }
  return filled.length === lengths.length ? undefined : { count: filled.length, sequences, starts };
}
