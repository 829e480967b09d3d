import { formatByteRange, formatCount, listInWords } from "@lorank/core";
import { byteFormat, type ChangeEffect, memoryBars, smallestCardSentence } from "@lorank/core/memory";
import type { Calculation } from "./calculate.ts";
import { fields } from "./fields.ts";
import type { Problems } from "./read-form.ts";

/** A calculation as HTML. Everything that a person typed is escaped. */
export interface ResultHtml {
  readonly answer: string;
  /** Chart, tables and assumptions. */
  readonly details: string;
}

export function renderCalculation(calculation: Calculation): ResultHtml {
  const { sentence, time } = calculation;
  const hours = time === undefined ? "" : ` <span class="hours">${escaped(time.sentence)}</span>`;
  return { answer: `<strong>${escaped(sentence)}</strong>${hours}`, details: details(calculation) };
}

/** Words before the last answer that say which fields are wrong, or what is; nothing where none is. */
export function problemWords({ form, ...problems }: Problems): string {
  const wrong = fields.filter(({ name }) => name in problems).map(({ label }) => label);
  const parts = [
    ...(form === undefined ? [] : [`${form}.`]),
    ...(wrong.length === 0 ? [] : [`${listInWords(wrong)} ${wrong.length === 1 ? "is" : "are"} wrong.`]),
  ];
  return parts.length === 0 ? "" : `${escaped(parts.join(" "))} The answer before: `;
}

function details(calculation: Calculation): string {
  const {
    name,
    shape,
    profile,
    rows,
    card,
    command,
    limits,
    assumptions: assumed,
    largestRank,
  } = calculation;
  const title = `${name}, profile ${profile.name}`;
  const smallest = card && largestRank.fit !== "fits" ? smallestCardSentence(largestRank) : undefined;
  const said = [...limits, ...assumed.cards, ...assumed.model, ...(smallest === undefined ? [] : [smallest])];
  return [
    ...said.map((sentence) => `<p>${escaped(sentence)}</p>`),
    `<p>${formatCount(shape.totalParams)} parameters, ${shape.layers} layers. Profile ${profile.name}: ${escaped(profile.stack)}.</p>`,
    ...shape.unmodelled.map(({ sentence }) => `<p><strong>${escaped(sentence)}</strong></p>`),
    `<figure><div class="scroll" tabindex="0">${memoryBars(rows, { title, style: false, ...(card && { limit: { label: card.text, bytes: card.bytes } }) })}</div></figure>`,
    rowsTable(calculation),
    advice(calculation),
    parts(calculation),
    `<details><summary>Assumptions</summary><ul>${assumptions(calculation)}</ul></details>`,
    `<details><summary>The same on the command line</summary><pre tabindex="0">${escaped(command)}</pre></details>`,
  ].join("\n");
}

function rowsTable({ rows, card, time }: Calculation): string {
  const format = byteFormat(card);
  const hasCost = time?.cells.some(([, cost]) => cost !== "") ?? false;
  return table(
    "Peaks. Device: what nvidia-smi shows; reserved: what the framework's allocator holds; allocated: what the framework counts.",
    [
      ...["method", "rank", "device"],
      ...(card ? ["card"] : []),
      ...(time ? ["hours (likely)"] : []),
      ...(hasCost ? ["cost (likely)"] : []),
      ...["reserved", "allocated", "static", "trainable", "peak in"],
    ],
    rows.map(({ method, base, rank, estimate, fit }, index) => [
      `${method}, ${base}`,
      String(rank ?? "–"),
      formatByteRange(estimate.deviceBytes, format),
      ...(fit ? [fit] : []),
      ...(time?.cells[index]?.slice(0, hasCost ? 2 : 1) ?? []),
      formatByteRange(estimate.reservedBytes, format),
      format(estimate.allocatedBytes),
      format(estimate.staticBytes),
      formatCount(estimate.trainableParams),
      estimate.peakPhase,
    ]),
  );
}

function advice({ advice: found, card, largestRank: { rank, fit } }: Calculation): string {
  if (found === undefined || card === undefined || fit === "fits") return "";
  const format = byteFormat(card);
  const what = rank === null ? "full fine-tuning" : `rank ${rank}`;
  const { single, together, allCounted } = found;
  const lines = (changes: readonly ChangeEffect[]): string[][] =>
    changes.map(({ name, set, savedBytes, deviceBytes, fit, price }) => [
      [name, ...Object.values(set).filter((value) => /^\d+$/.test(value))].join(": "),
      format(savedBytes),
      formatByteRange(deviceBytes, format),
      fit,
      price,
    ]);
  const heads = ["change", "saves", "device then", "card", "price"];
  const whole =
    together === null
      ? allCounted
        ? "<p>No such changes together make it fit.</p>"
        : ""
      : table(`The fewest changes after which ${what} surely fits ${card.text}`, heads, lines(together));
  return whole + table("What to change first, one at a time", heads, lines(single));
}

function parts({ largestRank: { rank, estimate }, parts: all, card }: Calculation): string {
  const format = byteFormat(card);
  return table(
    `What the peak of ${rank === null ? "full fine-tuning" : `rank ${rank}`} is made of`,
    ["part", "bytes", "share"],
    all.map(([words, bytes]) => [
      words,
      format(bytes),
      `${((100 * bytes) / estimate.allocatedBytes).toFixed(1)} %`,
    ]),
  );
}

function assumptions({ rows, time }: Calculation): string {
  const ofHours = time?.assumptions ?? [];
  const all = new Set([...rows.flatMap(({ estimate }) => estimate.assumptions), ...ofHours]);
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
