/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { CheckName, Claim } from "@lorank/core/results";
import type { FunctionComponent } from "preact";
import type { Reported } from "../reported.ts";
import { Convergence } from "./convergence.tsx";
import { RobustnessSection } from "./robustness.tsx";

interface CheckProps {
  readonly results: Reported;
  readonly claims: readonly Claim[];
}

const nothing = () => null;

/** Sections in the order of the page. A check without one is told in the verdict or among the notices. */
const sections: Readonly<Record<CheckName, FunctionComponent<CheckProps>>> = {
  robustness: RobustnessSection,
  convergence: Convergence,
  classPrior: nothing,
  copies: nothing,
  overlap: nothing,
};

/** Findings of the checks on the decision. */
export function Checks(props: CheckProps) {
  return Object.entries(sections).map(([name, Section]) => <Section key={name} {...props} />);
}
