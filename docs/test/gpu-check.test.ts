import { expect, test } from "vitest";
import { page } from "../../scripts/gpu-check/page.ts";

test("the page of a check has a table for each part, with what is missing left empty and each failure's reason", () => {
  const report = {
    commit: "abc1234",
    startedAt: "2026-11-26T10:00:00.000Z",
    seconds: 301.4,
    machine: { system: "Debian 12", "NVIDIA's driver": undefined },
    sections: {
      "Step times": [
        { name: "cuda, starter", ok: true, seconds: 3.21, values: { "ms a step": 4.567, error: 2.3e-6 } },
        { name: "cuda, llama", ok: false, seconds: 45, reason: "not done | in 45 s" },
      ],
    },
  };
  expect(page(report)).toBe(`# GPU check

2026-11-26T10:00:00.000Z, 301 s, LoRAnk abc1234.

| machine |  |
| --- | --- |
| system | Debian 12 |
| NVIDIA's driver |  |

## Step times

|  | ms a step | error | seconds | outcome |
| --- | --- | --- | --- | --- |
| cuda, starter | 4.57 | 2.3e-6 | 3.2 | ok |
| cuda, llama |  |  | 45.0 | not done \\| in 45 s |
`);
});
