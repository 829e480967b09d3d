/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type Claim, courseOf, type MethodName } from "@lorank/core/results";
import type { FunctionComponent } from "preact";
import type { Reported } from "../reported.ts";
import { Probe } from "./probe.tsx";
import { Race } from "./race.tsx";

interface CourseProps {
  readonly results: Reported;
  readonly claims: readonly Claim[];
}

const sections: Readonly<Record<MethodName, FunctionComponent<CourseProps>>> = {
  grid: () => null,
  probe: Probe,
  race: Race,
};

/** Course of the method; nothing of a grid. */
export function Course(props: CourseProps) {
  const Section = sections[courseOf(props.results.decision).part?.method ?? "grid"];
  return <Section {...props} />;
}
