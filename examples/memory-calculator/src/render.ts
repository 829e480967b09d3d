import { formatCount, formatDecimalBytes } from "@lorank/core";
import { type ChangeEffect, memoryBars } from "@lorank/core/memory";
import { answerSentences } from "./answer.ts";
import type { Calculation } from "./calculate.ts";

/** A calculation as HTML. Everything that a person typed is escaped. */
export interface ResultHtml {
  readonly answer: string;
  /** Chart, tables and assumptions. */
  readonly details: string;
}

export function renderCalculation(calculation: Calculation): ResultHtml {
  const [first = "", ...others] = answerSentences(calculation).map(escaped);
  const answer = `<p><strong>${first}</strong> ${others.join(" ")}</p>`;
  return { answer, details: details(calculation) };
}

function details(calculation: Calculation): string {
  const { name, shape, profile, rows, card, command } = calculation;
  const title = `${name}, profile ${profile.name}`;
  return [
    `<p>${formatCount(shape.totalParams)} parameters, ${shape.layers} layers. Profile ${profile.name}: ${escaped(profile.stack)}.</p>`,
    ...shape.unmodelled.map(({ sentence }) => `<p><strong>${escaped(sentence)}</strong></p>`),
    `<figure>${memoryBars(rows, { title, style: false, ...(card && { limit: { label: card.name, bytes: card.bytes } }) })}</figure>`,
    rowsTable(calculation),
    advice(calculation),
    parts(calculation),
    `<details><summary>Assumptions</summary><ul>${assumptions(calculation)}</ul></details>`,
    `<details><summary>The same on the command line</summary><pre tabindex="0">${escaped(command)}</pre></details>`,
  ].join("\n");
}

function rowsTable({ rows, card }: Calculation): string {
  return table(
    "Peaks. Device: what nvidia-smi shows; reserved: what the framework's allocator holds; allocated: what the framework counts.",
    [
      ...["method", "rank", "device"],
      ...(card ? ["card"] : []),
      ...["reserved", "allocated", "static", "trainable", "peak in"],
    ],
    rows.map(({ method, base, rank, estimate, fit }) => [
      `${method}, ${base}`,
      String(rank ?? "–"),
      estimate.deviceBytes.map(formatDecimalBytes).join(" – "),
      ...(fit ? [fit] : []),
      estimate.reservedBytes.map(formatDecimalBytes).join(" – "),
      formatDecimalBytes(estimate.allocatedBytes),
      formatDecimalBytes(estimate.staticBytes),
      formatCount(estimate.trainableParams),
      estimate.peakPhase,
    ]),
  );
}

function advice({ advice: found, card, largestRank: { rank } }: Calculation): string {
  if (found === undefined || card === undefined) return "";
  const { single, together, allCounted } = found;
  const lines = (changes: readonly ChangeEffect[]): string[][] =>
    changes.map(({ name, set, savedBytes, deviceBytes, fit, price }) => [
      [name, ...Object.values(set).filter((value) => /^\d+$/.test(value))].join(": "),
      formatDecimalBytes(savedBytes),
      deviceBytes.map(formatDecimalBytes).join(" – "),
      fit,
      price,
    ]);
  const heads = ["change", "saves", "device then", "card", "price"];
  const whole =
    together === null
      ? allCounted
        ? "<p>No such changes together make it fit.</p>"
        : ""
      : table(`The fewest changes after which rank ${rank} surely fits ${card.name}`, heads, lines(together));
  return whole + table("What to change first, one at a time", heads, lines(single));
}

function parts({ largestRank: { rank, estimate }, parts: all }: Calculation): string {
  return table(
    `What the peak of ${rank === null ? "full fine-tuning" : `rank ${rank}`} is made of`,
    ["part", "bytes", "share"],
    all.map(([words, bytes]) => [
      words,
      formatDecimalBytes(bytes),
      `${((100 * bytes) / estimate.allocatedBytes).toFixed(1)} %`,
    ]),
  );
}

function assumptions({ rows }: Calculation): string {
  const all = new Set(rows.flatMap(({ estimate }) => estimate.assumptions));
  return [...all].map((text) => `<li>${escaped(text)}</li>`).join("");
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${escaped(text)}</th>`).join("");
  const body = rows.map(([first = "", ...rest]) => {
    const cells = rest.map((text) => `<td>${escaped(text)}</td>`).join("");
    return `<tr><th scope="row">${escaped(first)}</th>${cells}</tr>`;
  });
  return `<figure><figcaption>${escaped(caption)}</figcaption><div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div></figure>`;
}

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
