import { packageTests } from "../../vitest.shared.ts";

// Thousands of simulated sweeps, for the rates at which claims are wrong.
export default packageTests([
  "test/decide/error-rates.test.ts",
  "test/methods/race/race-error-rates.test.ts",
]);
