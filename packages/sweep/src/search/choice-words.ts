import { capitalised, listInWords } from "@lorank/core";
import {
  type ChoiceGain,
  type ChoiceSearch,
  type SearchedName,
  searchedNames,
} from "@lorank/evidence/schema";

type Found = Omit<ChoiceSearch, "explanation" | "notes">;

const withinNoise = "within noise, the default was kept";
/** Standard errors within which a difference of log loss is called noise. */
const noise = 2;

/** Sentences on what was chosen and what that was worth, or on what the others were worth. */
export function choiceWords(setting: SearchedName, found: Found): string {
  const { chosen, start, tried, gains, trainExamples, confirmation } = found;
  const title = `${capitalised(searchedNames[setting])} ${chosen}`;
  const values = listInWords(tried.map(({ value }) => String(value)));
  const search = `found by a search over ${values} on ${trainExamples} training examples`;
  const others = tried.flatMap(({ value }) => gains.filter((gain) => gain.value === value).slice(0, 1));
  const worth = (value: ChoiceGain["value"]) => worthWords(gains.filter((gain) => gain.value === value));
  if (chosen !== start)
    return (
      `${title} in place of the default ${start}, ${search}. Under a second seed, which had no part in the choice, ` +
      `it was worth ${worthWithAccuracy(confirmation?.gains ?? [])} (± one standard error).`
    );
  if (confirmation !== undefined) {
    const { value } = confirmation;
    return (
      `${title}, ${search}: ${withinNoise}. ${value} looked better, by ${worth(value)} nats, ` +
      `but not clearly so under a second seed: ${worthWords(confirmation.gains)} (± one standard error).`
    );
  }
  const isNoise = gains.some((gain) => !isClearlyWorse(gain, found));
  const why = isNoise ? withinNoise : "the default was clearly the best";
  const figures = others.map(({ value }) => `${value} ${worth(value)}`).join("; ");
  const gained = figures === "" ? "" : ` Gains over it, in nats ± one standard error: ${figures}.`;
  return `${title}, ${search}: ${why}.${gained}`;
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
  if (cheaper.length === 0) return [];
  const shares = cheaper.map(({ value }) => `${times(value).toFixed(2)} times (${value})`);
  return [
    `At rank ${rank}, ${listInWords(shares)} as many parameters as ${start} are trained, and this search saw no clear loss by it: name such targets if few parameters count.`,
  ];
}

/** Parameters trained with a value, at the largest rank. */
function trainedWith({ tried }: Found, value: ChoiceGain["value"]): number {
  return tried.find((one) => one.value === value)!.losses.at(-1)!.trainableParams;
}

function isClearlyWorse({ gain, standardError }: ChoiceGain, { threshold }: Found): boolean {
  return -gain > threshold && -gain > noise * standardError;
}

/** Words such as `0.110 ± 0.020 at rank 2 and 0.050 ± 0.020 at rank 8`, in nats. */
function worthWords(gains: readonly ChoiceGain[]): string {
  return listInWords(
    gains.map(({ rank, gain, standardError }) => `${plusMinus(gain, standardError)} at rank ${rank}`),
  );
}

/** Words such as `0.110 ± 0.020 nats of log loss (3.1 ± 1.2 points of accuracy) at rank 2`. */
function worthWithAccuracy(gains: readonly ChoiceGain[]): string {
  return listInWords(
    gains.map(({ rank, gain, standardError, accuracyGain, accuracyError }) => {
      const points = plusMinus(100 * accuracyGain, 100 * accuracyError, 1);
      return `${plusMinus(gain, standardError)} nats of log loss (${points} points of accuracy) at rank ${rank}`;
    }),
  );
}

function plusMinus(value: number, error: number, digits = 3): string {
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
}
