import { expect, test } from "vitest";
import { progressLine } from "../../src/progress/progress.ts";

function recordingSink() {
  const written: string[] = [];
  return { columns: 80, write: (text: string) => void written.push(text), written };
}

test("in a log it writes a line in five seconds, and nothing at the end", () => {
  const sink = recordingSink();
  let time = 0;
  const progress = progressLine({}, sink, () => time);
  for (let second = 0; second < 11; second++) {
    time = 1000 * second;
    progress.show(`${second} of 11 tensors: w\u001b[2J`);
  }
  progress.end();
  expect(sink.written).toEqual([
    "1970-01-01T00:00:05.000Z 5 of 11 tensors: w[2J\n",
    "1970-01-01T00:00:10.000Z 10 of 11 tensors: w[2J\n",
  ]);
});

test("says nothing under --quiet", () => {
  const sink = recordingSink();
  const times = [0, 1e9];
  const progress = progressLine({ quiet: true }, sink, () => times.pop() ?? 0);
  progress.show("1 of 2");
  progress.end();
  expect(sink.written).toEqual([]);
});
