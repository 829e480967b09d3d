import { describe, expect, test } from "vitest";
import { secondsAt } from "../../src/progress/rank-time.ts";

describe("secondsAt", () => {
  const known = [
    { rank: 4, seconds: 10 },
    { rank: 32, seconds: 17 },
  ];

  test("lies on the line between two ranks, and is that of the nearer end outside", () => {
    expect(secondsAt(4, known)).toBe(10);
    expect(secondsAt(8, known)).toBe(11);
    expect(secondsAt(2, known)).toBe(10);
    expect(secondsAt(64, known)).toBe(17);
  });

  test("is unknown where nothing was measured", () => {
    expect(secondsAt(4, [])).toBeUndefined();
  });
});
