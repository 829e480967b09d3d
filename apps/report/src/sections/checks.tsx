/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { CheckName } from "@lorank/core/results";
import type { FunctionComponent } from "preact";
import type { SectionProps } from "../reported.ts";
import { Convergence } from "./convergence.tsx";
import { RobustnessSection } from "./robustness.tsx";

const nothing = () => null;

/** Sections in the order of the page. A check without one is told in the verdict or among the notices. */
const sections: Readonly<Record<CheckName, FunctionComponent<SectionProps>>> = {
  robustness: RobustnessSection,
  convergence: Convergence,
  classPrior: nothing,
  copies: nothing,
  overlap: nothing,
};

/** Findings of the checks on the decision. */
export function Checks(props: SectionProps) {
  return Object.entries(sections).map(([name, Section]) => <Section key={name} {...props} />);
}
