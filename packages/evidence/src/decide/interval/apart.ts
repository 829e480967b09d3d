import { type CrossedFit, fitCrossed, type ScoreMatrix } from "./components.ts";
import { type ExampleSample, groupMeans, type UnseenGroup, unseenGroup } from "./example-sample.ts";
import { couplesOf } from "./half-width.ts";
import { noiseOfPairs } from "./run-noise.ts";

/**
 * Fits differences between ranks without common seeds. `values`: `[ranks][seeds, examples]`, at least two seeds per
 * rank. Fits are in pair order 01, 02, …, 12, …. `ofExample`: each pair's largest difference on an example.
 *
 * Mean squares between seeds and residuals are per rank: see {@link noiseOfPairs}. Example part: variance between
 * examples of the mean runs' difference, less residual parts. A fit counts the seeds of the rank with fewer runs.
 *
 * `noisy`: indices of ranks with collapsed runs; `knownLargest` spares the search for an example's difference.
 */
export function fitsApart(
  values: readonly ScoreMatrix[],
  sample: ExampleSample,
  {
    sign,
    noisy,
    knownLargest,
  }: { readonly sign: 1 | -1; readonly noisy: readonly number[]; readonly knownLargest?: number | undefined },
): { readonly fits: CrossedFit[]; readonly ofExample: number[] } {
  const own = values.map((runs) => fitCrossed(runs, sample));
  const means = values.map(meanRun);
  const noises = noiseOfPairs(
    own.map(({ seeds, seedSquare }) => ({ runs: seeds, variance: seedSquare })),
    () => ({ count: 0, correlation: 0 }),
    { noisy },
  );
  const couples = couplesOf(values.length);
  const fits = couples.map(([i, j], index): CrossedFit => {
    const { runs, own: ownSquare, moderated, df } = noises[index]!;
    const difference = means[i]!.map((value, e) => sign * (value - means[j]![e]!));
    const fit = fitCrossed([difference], sample);
    const [a, b] = [own[i]!, own[j]!];
    const residual = a.components.residual / a.seeds + b.components.residual / b.seeds;
    const components = {
      seed: Math.max(0, (ownSquare - runs * residual) / fit.examples),
      example: Math.max(0, fit.components.example - residual),
      residual: runs * residual,
    };
    const { unseenGroup: _, ...rest } = fit;
    const unseen = unseenGroupOf(values[i]!, values[j]!, { sample, differing: fit.differing });
    return {
      ...rest,
      seeds: runs,
      components,
      seedSquare: moderated,
      seedDf: df,
      ...(unseen === undefined ? {} : { unseenGroup: unseen }),
    };
  });
  return { fits, ofExample: couples.map(([i, j]) => knownLargest ?? largestOf(values[i]!, values[j]!)) };
}

function meanRun(runs: ScoreMatrix): Float64Array {
  return Float64Array.from(runs[0]!, (_, e) => runs.reduce((sum, run) => sum + run[e]!, 0) / runs.length);
}

/** Possible difference on an unseen kind of group, from every two runs of the two ranks. */
function unseenGroupOf(
  first: ScoreMatrix,
  second: ScoreMatrix,
  { sample: { groups }, differing }: { readonly sample: ExampleSample; readonly differing: number },
): UnseenGroup | undefined {
  if (groups === undefined) return undefined;
  const [a, b] = [groupMeans(first, groups), groupMeans(second, groups)];
  const differences = a.flatMap((row) => b.map((other) => row.map((mean, g) => mean - other[g]!)));
  return unseenGroup(differences, groups, differing);
}

function largestOf(first: ScoreMatrix, second: ScoreMatrix): number {
  let largest = 0;
  for (const a of first)
    for (const b of second)
      for (let e = 0; e < a.length; e++) largest = Math.max(largest, Math.abs(a[e]! - b[e]!));
  return largest;
}
