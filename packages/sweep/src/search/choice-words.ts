import { listInWords } from "@lorank/core";
import {
  type ChoiceGain,
  type ChoiceSearch,
  type SearchedName,
  searchedNames,
} from "@lorank/evidence/results";

type Found = Omit<ChoiceSearch, "explanation" | "notes">;

/** Standard errors within which a difference of log loss is called noise. */
const noise = 2;

/** Sentence on what was chosen, what that was worth or what the others were, each with one standard error. */
export function choiceWords(setting: SearchedName, found: Found): string {
  const { chosen, start, tried, trainExamples, confirmation } = found;
  const name = searchedNames[setting];
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)} ${chosen}`;
  const others = listInWords(
    tried.map(({ value }) => String(value)).filter((value) => value !== String(start)),
  );
  const search = `a search over ${start} and ${others} on ${trainExamples} training examples`;
  if (chosen !== start && confirmation !== undefined)
    return (
      `${title} in place of the default ${start}, found by ${search}. ` +
      `Under a second seed, which had no part in the choice, it was worth ${worthWords(confirmation.gains, true)} (± one standard error).`
    );
  if (confirmation !== undefined) {
    const { value, gains } = confirmation;
    const first = found.gains.filter((gain) => gain.value === value);
    return (
      `${title}, within noise: the default was kept after ${search}. ` +
      `${value} looked better (${worthWords(first)}), and under a second seed not clearly so (${worthWords(gains)}; ± one standard error).`
    );
  }
  const worth = tried.flatMap(({ value }) => {
    const own = found.gains.filter((gain) => gain.value === value);
    return own.length === 0 ? [] : [`${value} ${worthWords(own, true)}`];
  });
  const isNoise = found.gains.some((gain) => !isClearlyWorse(gain, found));
  const why = isNoise ? "within noise: the default was kept" : "the default, which was clearly the best";
  const figures = worth.length === 0 ? "" : ` Gains over it: ${worth.join("; ")} (± one standard error).`;
  return `${title}, ${why} after ${search}.${figures}`;
}

export function choiceNotes(setting: SearchedName, found: Found): string[] {
  const { chosen, start, tried } = found;
  const notes: string[] = [];
  const diverged = tried.filter(({ losses }) => losses.some(({ logLoss }) => logLoss === undefined));
  if (diverged.length > 0)
    notes.push(
      `Training diverged with ${searchedNames[setting]} ${listInWords(diverged.map(({ value }) => String(value)))}.`,
    );
  if (setting === "targets") notes.push(...parameterNotes(found));
  const numbers = tried.map(({ value }) => value).filter((value) => typeof value === "number");
  const isEdge = chosen === Math.max(...numbers) || chosen === Math.min(...numbers);
  if (chosen !== start && numbers.length > 2 && isEdge)
    notes.push(`The search ended at ${chosen}, which did best: a value beyond it may be better.`);
  return notes;
}

/** Parameters of the chosen targets, or of cheaper ones that were not clearly worse. */
function parameterNotes(found: Found): string[] {
  const { chosen, start, tried, gains } = found;
  const times = (value: ChoiceGain["value"]): number => trainedWith(found, value) / trainedWith(found, start);
  const rank = tried[0]!.losses.at(-1)!.rank;
  if (chosen !== start)
    return [
      `At rank ${rank}, ${chosen} trains ${times(chosen).toFixed(2)} times as many parameters as ${start}: ranks are compared at these targets.`,
    ];
  const cheaper = tried.filter(({ value }) => {
    const own = gains.filter((gain) => gain.value === value);
    return (
      value !== start &&
      own.length > 0 &&
      times(value) < 1 &&
      !own.some((gain) => isClearlyWorse(gain, found))
    );
  });
  return cheaper.map(
    ({ value }) =>
      `At rank ${rank}, ${value} trains ${times(value).toFixed(2)} times as many parameters as ${start}, and was not clearly worse. Give it by name if that counts for more than what it may lose.`,
  );
}

/** Parameters trained with a value, at the largest rank. */
function trainedWith({ tried }: Found, value: ChoiceGain["value"]): number {
  return tried.find((one) => one.value === value)!.losses.at(-1)!.trainableParams;
}

function isClearlyWorse({ gain, standardError }: ChoiceGain, { threshold }: Found): boolean {
  return -gain > threshold && -gain > noise * standardError;
}

/** Words such as `0.110 ± 0.020 nats and 3.1 ± 1.2 points of accuracy at rank 2`. */
function worthWords(gains: readonly ChoiceGain[], withAccuracy = false): string {
  return listInWords(
    gains.map(({ rank, gain, standardError, accuracyGain, accuracyError }) => {
      const points = withAccuracy
        ? ` (${(100 * accuracyGain).toFixed(1)} ± ${(100 * accuracyError).toFixed(1)} points of accuracy)`
        : "";
      return `${gain.toFixed(3)} ± ${standardError.toFixed(3)} nats${points} at rank ${rank}`;
    }),
  );
}
