import { listInWords } from "@lorank/core";
import type { DoublingGain, EpochSearch, RateSearch } from "@lorank/evidence/schema";

type FoundRate = Omit<RateSearch, "explanation" | "notes">;
type FoundEpochs = Omit<EpochSearch, "explanation" | "notes">;

/** Noise limit in standard errors: smaller differences in log loss are called noise. */
const noise = 2;

export function rateWords({ chosen, tried, regrets, trainExamples }: FoundRate): string {
  const best = regrets.filter((one) => one.best === chosen).map(({ rank }) => `rank ${rank}`);
  const others = regrets
    .filter((one) => one.best !== chosen)
    .map(
      (one) =>
        `${withError(one.regret, one.standardError)} nats of log loss from the best (${one.best}) at rank ${one.rank}`,
    );
  return (
    `Learning rate ${chosen}, found by a search over ${listInWords(tried.map(({ value }) => value))} on ${trainExamples} training ` +
    `examples: ${[...(best.length > 0 ? [`the best at ${listInWords(best)}`] : []), ...others].join(", ")}.`
  );
}

export function rateNotes({ chosen, tried, regrets, guessing }: FoundRate): string[] {
  const rates = tried.map(({ value }) => value);
  const bests = regrets.map(({ best }) => best);
  const notes: string[] = [];
  if (Math.max(...bests) > Math.min(...bests)) {
    const clear = regrets.filter(({ regret, standardError }) => regret > noise * standardError);
    notes.push(
      `The ranks do best at different learning rates (${regrets.map(({ rank, best }) => `rank ${rank} at ${best}`).join(", ")}): ` +
        (clear.length === 0
          ? "within the noise of the search. "
          : `at ${chosen}, ${listInWords(clear.map(({ rank, regret, standardError }) => `rank ${rank} loses ${withError(regret, standardError)} nats`))}. `) +
        "Differences between ranks may be differences of rate.",
    );
  }
  const edges = [rates[0]!, rates.at(-1)!].filter((rate) => bests.includes(rate));
  for (const edge of edges)
    notes.push(`The search ended at ${edge}, where a rank still did best: a rate beyond it may be better.`);
  for (const { rank, best } of regrets) {
    const { logLoss } = tried.find(({ value }) => value === best)!.losses.find((loss) => loss.rank === rank)!;
    if (logLoss! >= (guessing ?? Number.POSITIVE_INFINITY))
      notes.push(
        `At no rate did rank ${rank} do better than guessing by the classes' shares (a log loss of ${guessing!.toFixed(3)} nats).`,
      );
  }
  const diverged = tried.filter(({ losses }) => losses.some(({ logLoss }) => logLoss === undefined));
  if (diverged.length > 0)
    notes.push(`Training diverged at learning rate ${listInWords(diverged.map(({ value }) => value))}.`);
  return notes;
}

export function epochWords({ chosen, converged, gains, threshold, trainExamples }: FoundEpochs): string {
  const doublings = converged
    ? gains.filter(({ from }) => from === chosen)
    : gains.filter(({ to }) => to === chosen);
  const found = `${inEpochs(chosen)}, found by a search with ${trainExamples} training examples: `;
  const figures = doublings.map(gainWords).join(", ");
  return converged
    ? `${found}twice as many improve no rank's log loss by more than ${threshold} nats and twice the standard error (${figures}).`
    : `${found}the most that the search tries, and still better than half as many (${figures}).`;
}

export function epochNotes({ chosen, converged, gains, threshold }: FoundEpochs): string[] {
  const notes: string[] = [];
  if (!converged) {
    notes.push(
      `Not converged at ${inEpochs(chosen)}: a longer training may still change the order of the ranks. Give --epochs to go on.`,
    );
  }
  const after = gains.filter(({ from }) => from === chosen);
  for (const gain of after.filter(({ gain }) => gain > threshold))
    notes.push(
      `A gain within the noise was passed over: ${gainWords(gain)} for ${inEpochs(gain.to)} instead of ${gain.from}.`,
    );
  const worse = gains.filter(
    ({ to, gain, standardError }) => to <= chosen && gain < -threshold && -gain > noise * standardError,
  );
  for (const { rank, from, to, gain, standardError } of worse)
    notes.push(
      `Rank ${rank} got worse from ${from} to ${inEpochs(to)}, by ${withError(-gain, standardError)} nats: one budget does not suit all ranks.`,
    );
  return notes;
}

function gainWords({ rank, gain, standardError }: DoublingGain): string {
  return `rank ${rank}: ${withError(gain, standardError)} nats`;
}

function inEpochs(count: number): string {
  return `${count} ${count === 1 ? "epoch" : "epochs"}`;
}

function withError(value: number, standardError: number): string {
  return `${value.toFixed(3)} ± ${standardError.toFixed(3)}`;
}
