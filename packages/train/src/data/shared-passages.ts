/** Passage length in words: five equal words are hardly ever chance. */
const passageWords = 5;

/** Least count of passages (in nine words) for a text to be compared with others. */
const fewestPassages = 5;

/** Least share of a text's passages in one other text, for the text to share a source. */
const longShare = 0.5;

/** Share of all texts above which a passage in them is ignored as a common frame, such as a greeting. */
const frameShare = 0.25;

/** Most texts looked up per passage; texts from one document share several passages. */
const mostTexts = 32;

/** Most words usually read from training texts, whose order is random already. */
const mostTrainingWords = 300_000;

export interface SharedPassages {
  readonly withAnother: readonly number[];
  readonly withTraining: readonly number[];
}

/** Finds texts (words with single spaces) with half their passages in one other text, or in a training text. */
export function sharedPassages(
  texts: readonly string[],
  training: readonly string[],
  mostWords = mostTrainingWords,
): SharedPassages {
  const passages = texts.map(passagesOf);
  const textsWith = new Map<string, number[]>();
  for (const [text, own] of passages.entries()) {
    for (const passage of own) {
      const found = textsWith.get(passage);
      if (found === undefined) textsWith.set(passage, [text]);
      else found.push(text);
    }
  }
  // Few texts need a higher limit: a quarter would be only a text or two.
  const mostOfFrame = Math.max(4, frameShare * texts.length);
  for (const [passage, found] of textsWith) if (found.length > mostOfFrame) textsWith.delete(passage);
  const counted = passages.map((own) =>
    own.reduce((sum, passage) => sum + (textsWith.has(passage) ? 1 : 0), 0),
  );
  const isLong = (shared: number, text: number): boolean =>
    counted[text]! >= fewestPassages && shared >= longShare * counted[text]!;
  const sharedWith = (own: readonly string[], self?: number): [text: number, shared: number][] => {
    const shared = new Map<number, number>();
    for (const passage of own)
      for (const text of (textsWith.get(passage) ?? []).slice(0, mostTexts))
        if (text !== self) shared.set(text, (shared.get(text) ?? 0) + 1);
    return [...shared];
  };
  const withAnother = new Set<number>();
  for (const [text, own] of passages.entries()) {
    for (const [other, shared] of sharedWith(own, text)) {
      if (isLong(shared, text)) withAnother.add(text);
      if (isLong(shared, other)) withAnother.add(other);
    }
  }
  const withTraining = new Set<number>();
  let words = 0;
  for (const text of training) {
    if (words > mostWords) break;
    const own = passagesOf(text);
    words += own.length + passageWords;
    for (const [other, shared] of sharedWith(own)) if (isLong(shared, other)) withTraining.add(other);
  }
  return { withAnother: [...withAnother], withTraining: [...withTraining] };
}

function passagesOf(text: string): string[] {
  const starts = [0];
  for (let i = text.indexOf(" "); i >= 0; i = text.indexOf(" ", i + 1)) starts.push(i + 1);
  const found = new Set<string>();
  for (let i = 0; i + passageWords <= starts.length; i++) {
    const next = starts[i + passageWords];
    found.add(text.slice(starts[i], next === undefined ? text.length : next - 1));
  }
  return [...found];
}
