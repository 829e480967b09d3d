/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { courseOf, type MethodName } from "@lorank/core/results";
import type { FunctionComponent } from "preact";
import type { SectionProps } from "../reported.ts";
import { Probe } from "./probe.tsx";
import { Race } from "./race.tsx";

const sections: Readonly<Record<MethodName, FunctionComponent<SectionProps>>> = {
  grid: () => null,
  probe: Probe,
  race: Race,
};

/** Course of the method; nothing of a grid. */
export function Course(props: SectionProps) {
  const Section = sections[courseOf(props.results.decision).part?.method ?? "grid"];
  return <Section {...props} />;
}
