/**
 * How time and memory of the command line grow: each case is measured at three sizes, and a law y = fixed + factor · n^exponent
 * is laid through them.
 *
 *     node scripts/demo/build.mjs
 *     cd apps/cli
 *     node --conditions=@lorank/source --import tsx bench/scale-laws.ts measure [CASE…] [--rounds 3] >> rows.jsonl
 *     node --conditions=@lorank/source --import tsx bench/scale-laws.ts plot rows.jsonl ../../bench/scale-laws.svg
 *
 * CASE is a name in `scale/cases.ts`; without one all are measured. In each round the sizes take turns; medians count.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { lawOfThree, type OffsetLaw, type Point } from "../../../bench/plot/laws.ts";
import { type Chart, logCharts } from "../../../bench/plot/log-chart.ts";
import { type ScaleCase, scaleCases } from "./scale/cases.ts";
import type { Used } from "./scale/run-command.ts";

interface Row extends Used {
  readonly case: string;
  readonly command: string;
  readonly size: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "3" } },
});
const rounds = Number(values.rounds);
const [what, ...rest] = positionals;
if (what === "measure") await measure(rest.length > 0 ? rest : Object.keys(scaleCases));
else if (what === "plot") plot(rest[0]!, rest[1]!);
else throw new Error(`the first word must be measure or plot, got ${what}`);

async function measure(names: readonly string[]): Promise<void> {
  console.error(
    `${cpus()[0]?.model} × ${cpus().length}, Node ${process.version}, ${new Date().toISOString()}`,
  );
  for (const name of names) {
    const one = scaleCases[name];
    if (one === undefined)
      throw new Error(`a case must be one of ${Object.keys(scaleCases).join(", ")}; got ${name}`);
    for (const row of await rowsOf(name, one)) console.log(JSON.stringify(row));
  }
}

async function rowsOf(name: string, { sizes, make }: ScaleCase): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-scale-"));
  try {
    const turns: { size: number; command: string; run: () => Used; used: Used[] }[] = [];
    for (const size of sizes) {
      mkdirSync(join(folder, `${size}`));
      const commands = await make(size, join(folder, `${size}`));
      turns.push(...Object.entries(commands).map(([command, run]) => ({ size, command, run, used: [] })));
    }
    for (let round = 0; round < rounds; round++) for (const turn of turns) turn.used.push(turn.run());
    console.error(`${name}: measured at a load of ${loadavg()[0]!.toFixed(1)}`);
    return turns.map(({ size, command, used }) => {
      const middle = (of: (one: Used) => number) => used.map(of).toSorted((a, b) => a - b)[rounds >> 1]!;
      const [seconds, cpuSeconds] = [middle((one) => one.seconds), middle((one) => one.cpuSeconds)];
      return { case: name, command, size, seconds, cpuSeconds, peakBytes: middle((one) => one.peakBytes) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints a table of laws in Markdown and draws two charts for each case: processor time and memory. */
function plot(from: string, to: string): void {
  const rows = readFileSync(from, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  console.log("| what grows | command | processor time | growth | peak memory |");
  console.log("| --- | --- | --- | --- | --- |");
  const charts = Object.entries(scaleCases).flatMap(([name, { unit }]): Chart[] => {
    const own = new Map<string, Row[]>();
    for (const row of rows.filter((one) => one.case === name))
      own.set(row.command, [...(own.get(row.command) ?? []), row]);
    for (const [command, measured] of own) {
      const time = words(law(measured, seconds));
      const values = (of: (row: Row) => number, digits: number) =>
        measured.map((row) => of(row).toFixed(digits)).join(", ");
      const sizes = measured.map(({ size }) => size.toLocaleString("en")).join(", ");
      console.log(
        `| ${sizes} ${unit} | \`${command}\` | ${values(seconds, 2)} s | ${time} | ${values(megabytes, 0)} MB |`,
      );
    }
    const chart = (title: string, yLabel: string, of: (row: Row) => number): Chart => ({
      ...{ title: `${name}: ${title}`, xLabel: unit, yLabel },
      series: [...own].map(([command, measured]) => ({
        name: of === seconds ? `${command}: ${words(law(measured, of))}` : command,
        points: measured.map((row): Point => [row.size, of(row)]),
        titles: measured.map((row) => `${command}, ${row.size} ${unit}: ${of(row).toFixed(2)} ${yLabel}`),
        line: lineOf(measured, of),
      })),
    });
    return own.size === 0
      ? []
      : [chart("processor time", "seconds", seconds), chart("peak memory", "MB", megabytes)];
  });
  writeFileSync(to, logCharts("Time and memory of commands by size", charts));
}

function seconds(row: Row): number {
  return row.cpuSeconds;
}

function megabytes(row: Row): number {
  return row.peakBytes / 1e6;
}

/** Undefined where the largest size takes less than a tenth more than the smallest: that is noise. */
function law(measured: readonly Row[], of: (row: Row) => number): OffsetLaw | undefined {
  const [a, b, c] = measured.map((row): Point => [row.size, of(row)]);
  return c![1] < 1.1 * a![1] ? undefined : lawOfThree([a!, b!, c!]);
}

function words(one: OffsetLaw | undefined): string {
  return one === undefined ? "below a tenth" : `n^${one.exponent.toFixed(2)}`;
}

function lineOf(measured: readonly Row[], of: (row: Row) => number): (x: number) => number {
  const found = law(measured, of);
  const mean = measured.reduce((sum, row) => sum + of(row), 0) / measured.length;
  return found === undefined ? () => mean : (x) => found.fixed + found.factor * x ** found.exponent;
}
