import { expect, test } from "vitest";
import { trialsNamed } from "../../src/status/trials-named.ts";

const trials = [1, 16].flatMap((rank) =>
  [3, 11].map((seed) => ({
    trialId: `${rank}${seed}`.padStart(8, "0").repeat(8),
    name: `r${rank}-s${seed}`,
    seed,
  })),
);
const names = (asked: readonly string[]) => trialsNamed(trials, asked).map(({ name }) => name);

test("a name means one trial, a rank all of its trials, an id's beginning its trial", () => {
  expect(names(["r16-s3"])).toEqual(["r16-s3"]);
  expect(names(["r1"])).toEqual(["r1-s3", "r1-s11"]);
  expect(names([trials[1]!.trialId.slice(0, 8), "r1"])).toEqual(["r1-s11", "r1-s3"]);
  expect(names(["r16", "r16-s3"])).toHaveLength(2);
});

test.each(["r2", "r16-s", "zzzz", "abc"])("%s means none, and an error says what would", (name) => {
  expect(() => names([name])).toThrow(
    expect.objectContaining({ code: "E_TRIAL_NAME", message: expect.stringContaining(`"${name}"`) }),
  );
});

test("an id's beginning that several have means none of them", () => {
  const twins = ["aaaa0", "aaaa1"].map((trialId, i) => ({ trialId, name: `r1-s${i}`, seed: i }));
  expect(() => trialsNamed(twins, ["aaaa"])).toThrow("which 2 trials have");
});
