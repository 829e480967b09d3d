import { calculate } from "./calculate.ts";
import { problemWords, renderCalculation } from "./render.ts";
import { startCalculator } from "./start.ts";

export { calculate, problemWords, renderCalculation };

if (typeof document !== "undefined") startCalculator(document.querySelector(".calculator")!);
