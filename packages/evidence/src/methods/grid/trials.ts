import type { ChooseTrials } from "../method-trials.ts";

/** Every rank under every seed. */
export const gridTrials: ChooseTrials = ({ specs }) => ({ trials: specs, truncations: [] });
