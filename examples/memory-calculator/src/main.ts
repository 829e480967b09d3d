import { calculate } from "./calculate.ts";
import { renderCalculation } from "./render.ts";
import { startCalculator } from "./start.ts";

export { calculate, renderCalculation };

if (typeof document !== "undefined") startCalculator(document.querySelector(".calculator")!);
