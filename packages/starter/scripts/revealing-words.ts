/**
 * Which words give a mail's label away, and how far counting words alone gets: the check behind `email/give-aways.ts`.
 * Run inside the package: `node --conditions=@lorank/source --import tsx scripts/revealing-words.ts`
 */
import { fileURLToPath } from "node:url";
import { type Email, spamAssassin } from "../src/index.ts";

export interface WordOdds {
  readonly word: string;
  /** Mails that contain it. */
  readonly ham: number;
  readonly spam: number;
  /** ln of the ratio of its frequency in spam to that in ham, half a mail added to each count. */
  readonly logOdds: number;
  /** logOdds over its standard error. */
  readonly z: number;
}

/** Lower-case words and runs of punctuation, each once a mail. */
function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}.@'-]*|[^\s\p{L}\p{N}]{1,6}/gu) ?? []);
}

/** Log-odds of every word that at least `minMails` mails contain, the clearest sign of ham first. */
export function wordOdds(emails: readonly Email[], minMails: number): WordOdds[] {
  const totals = { ham: 0, spam: 0 };
  const counts = new Map<string, { ham: number; spam: number }>();
  for (const { label, text } of emails) {
    totals[label]++;
    for (const word of wordsOf(text)) {
      const count = counts.get(word) ?? { ham: 0, spam: 0 };
      count[label]++;
      counts.set(word, count);
    }
  }
  return [...counts]
    .filter(([, { ham, spam }]) => ham + spam >= minMails)
    .map(([word, { ham, spam }]) => {
      const logOdds = Math.log((spam + 0.5) / (totals.spam + 1)) - Math.log((ham + 0.5) / (totals.ham + 1));
      return { word, ham, spam, logOdds, z: logOdds / Math.sqrt(1 / (spam + 0.5) + 1 / (ham + 0.5)) };
    })
    .sort((a, b) => a.z - b.z);
}

/** Accuracy on `judged` of a naive Bayes classifier over word presence, learnt from `learnt`. */
export function naiveBayesAccuracy(learnt: readonly Email[], judged: readonly Email[]): number {
  const odds = new Map(wordOdds(learnt, 2).map(({ word, logOdds }) => [word, logOdds]));
  const spam = learnt.filter(({ label }) => label === "spam").length;
  const prior = Math.log(spam / (learnt.length - spam));
  let correct = 0;
  for (const { label, text } of judged) {
    let score = prior;
    for (const word of wordsOf(text)) score += odds.get(word) ?? 0;
    if (score > 0 === (label === "spam")) correct++;
  }
  return correct / judged.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { train, validation, test } = spamAssassin();
  const odds = wordOdds([...train, ...validation, ...test], 25);
  const shown = (list: WordOdds[]) => list.map(({ word, ham, spam }) => `${word} ${ham}/${spam}`).join("  ");
  console.log(`signs of ham, mails ham/spam\n${shown(odds.slice(0, 60))}\n`);
  console.log(`signs of spam\n${shown(odds.slice(-60).reverse())}\n`);
  console.log(`never in spam\n${shown(odds.filter(({ spam }) => spam === 0).slice(0, 60))}\n`);
  console.log(`naive Bayes on validation: ${naiveBayesAccuracy(train, validation).toFixed(4)}`);
  console.log(`naive Bayes on test: ${naiveBayesAccuracy(train, test).toFixed(4)}`);
}
