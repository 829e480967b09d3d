import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { randomStream, xoshiro128StarStar } from "../../src/random/random.ts";

const take = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw);
const sha256 = (floats: Float32Array) =>
  createHash("sha256").update(new Uint8Array(floats.buffer)).digest("hex");

function moments(values: ArrayLike<number>): { mean: number; variance: number; kurtosis: number } {
  let [sum, square, fourth] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) {
    const d2 = (values[i]! - mean) ** 2;
    square += d2;
    fourth += d2 * d2;
  }
  const variance = square / values.length;
  return { mean, variance, kurtosis: fourth / values.length / variance ** 2 };
}

describe("xoshiro128StarStar", () => {
  test("gives the outputs of the reference generator in C from state 1, 2, 3, 4", () => {
    const stream = xoshiro128StarStar([1, 2, 3, 4]);
    expect(take(10, stream.nextUint32)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
  test("gives the millionth output of the reference generator in C from a state of all ones", () => {
    const stream = xoshiro128StarStar([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    for (let i = 1; i < 1_000_000; i++) stream.nextUint32();
    expect(stream.nextUint32()).toBe(833_194_955);
  });
});

// A changed value here changes the data order, the initial adapters and so every result of every sweep.
describe("frozen outputs of randomStream", () => {
  test("the raw words are those of SHA-256 and xoshiro128** written independently in Python", () => {
    const stream = randomStream(7, "data-order", 0);
    expect(take(4, stream.nextUint32)).toEqual([2239992093, 1618686137, 1401920475, 932403165]);
  });
  test("uniform", () => {
    expect(take(3, randomStream(7, "x").uniform)).toEqual([
      0.13001710176467896, 0.08165329694747925, 0.6467621922492981,
    ]);
  });
  test("normal, to the last bit", () => {
    expect(take(4, randomStream(7, "x").normal)).toEqual([
      1.7786868389419659, -1.0625787597336516, -1.0271732940790705, -0.013164201508016673,
    ]);
  });
  test("integer and shuffle", () => {
    const stream = randomStream(7, "x");
    expect(take(8, () => stream.integer(1000))).toEqual([338, 256, 553, 289, 780, 245, 633, 263]);
    expect([...randomStream(7, "x").shuffle(10)]).toEqual([5, 4, 6, 7, 0, 2, 3, 1, 9, 8]);
  });
  test("ten thousand normal weights and ten thousand uniform ones", () => {
    const weights = new Float32Array(10_000);
    randomStream(1, "init").fillNormal(weights, 0.02);
    expect(sha256(weights)).toBe("d2d14ef0d2e08c8350812de5e81b2b99f7aafa15851031f220ad589b2fd4b890");
    randomStream(1, "init").fillUniform(weights, -0.125, 0.125);
    expect(sha256(weights)).toBe("bbb1aa4ae53deb9bb6061eb024c84dd4f18bada2ba239cf9e6d38bc8c4240b6a");
  });
});

describe("names of randomStream", () => {
  const first = (seed: number, ...names: (string | number)[]) => randomStream(seed, ...names).nextUint32();

  test("the same seed and names give the same stream", () => {
    expect(take(50, randomStream(3, "a", 1).nextUint32)).toEqual(
      take(50, randomStream(3, "a", 1).nextUint32),
    );
  });
  test("how names are cut, typed, ordered and seeded all matter", () => {
    const streams = [
      first(1, "a", "bc"),
      first(1, "ab", "c"),
      first(1, "abc"),
      first(1, "bc", "a"),
      first(1, 'a","bc'),
      first(1, 1),
      first(1, "1"),
      first(1),
      first(2, "a", "bc"),
      first(-1),
    ];
    expect(new Set(streams).size).toBe(streams.length);
  });
  test("streams of neighbouring seeds and names are uncorrelated", () => {
    const n = 100_000;
    const pairs: [string, number, string, number][] = [
      ["a", 0, "a", 1],
      ["layer", 0, "layer", 1],
      ["a", 0, "b", 0],
    ];
    for (const [nameX, seedX, nameY, seedY] of pairs) {
      const x = randomStream(seedX, nameX);
      const y = randomStream(seedY, nameY);
      let product = 0;
      for (let i = 0; i < n; i++) product += x.normal() * y.normal();
      expect(Math.abs(product / n)).toBeLessThan(4 / Math.sqrt(n)); // four standard errors
    }
  });
  test.each([0.5, Number.NaN, Infinity, 2 ** 60])("rejects seed %d and names it", (seed) => {
    expect(() => randomStream(seed)).toThrow(
      expect.objectContaining({ code: "E_SEED", message: `seed must be a whole number, got ${seed}` }),
    );
  });
});

describe("distributions", () => {
  const n = 200_000;

  test("uniform has mean 1/2 and variance 1/12, stays in [0, 1) and is exact in float32", () => {
    const values = take(n, randomStream(11, "uniform").uniform);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(variance).toBeCloseTo(1 / 12, 3);
    expect(values.every((v) => v >= 0 && v < 1 && Math.fround(v) === v)).toBe(true);
  });
  test("normal has the mean, variance, kurtosis and tail of N(0, 1)", () => {
    const values = take(n, randomStream(12, "normal").normal);
    const { mean, variance, kurtosis } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / n));
    const beyond2 = values.filter((v) => Math.abs(v) > 2).length / n; // 0.0455003 of a normal
    expect(Math.abs(beyond2 - 0.0455003)).toBeLessThan(4 * Math.sqrt((0.0455 * 0.9545) / n));
  });
  test("integer passes a chi-square test on 7 faces and keeps to its range", () => {
    const stream = randomStream(13, "dice");
    const faces = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) faces[stream.integer(7)]!++;
    const chiSquare = faces.reduce((sum, seen) => sum + (seen - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(22.46); // 6 degrees of freedom, p = 0.001
  });
  test("integer is unbiased for a range just above 2^31, where a plain remainder doubles the low half", () => {
    const stream = randomStream(14, "wide");
    const range = 3 * 2 ** 30;
    let low = 0;
    for (let i = 0; i < 30_000; i++) if (stream.integer(range) < 2 ** 30) low++;
    expect(Math.abs(low / 30_000 - 1 / 3)).toBeLessThan(0.011); // a plain remainder gives 1/2
  });
  test("shuffle gives each of the 24 orders of four things equally often", () => {
    const stream = randomStream(15, "orders");
    const seen = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = stream.shuffle(4).join("");
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    const chiSquare = [...seen.values()].reduce((sum, times) => sum + (times - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(49.73); // 23 degrees of freedom, p = 0.001
  });
  test("shuffle of nothing and of one thing", () => {
    expect([...randomStream(1).shuffle(0)]).toEqual([]);
    expect([...randomStream(1).shuffle(1)]).toEqual([0]);
  });
  test("fillUniform keeps to its bounds and fillNormal to its standard deviation", () => {
    const out = new Float32Array(n);
    randomStream(16).fillUniform(out, -0.25, 0.75);
    expect(out.every((v) => v >= -0.25 && v < 0.75)).toBe(true);
    expect(moments(out).mean).toBeCloseTo(0.25, 2);
    randomStream(17).fillNormal(out, 0.02);
    expect(Math.sqrt(moments(out).variance) / 0.02).toBeCloseTo(1, 2);
  });
  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])("integer rejects a range of %d", (range) => {
    expect(() => randomStream(1).integer(range)).toThrow(
      expect.objectContaining({ message: `n must be a whole number from 1 to 2^32, got ${range}` }),
    );
  });
});
