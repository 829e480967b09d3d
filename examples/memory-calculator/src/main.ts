import * as time from "@lorank/core/time";
import { calculate } from "./calculate.ts";
import { problemWords, renderCalculation } from "./render.ts";
import { startCalculator } from "./start.ts";

export { calculate, problemWords, renderCalculation, time };

if (typeof document !== "undefined")
  startCalculator(document.querySelector(".calculator")!, async () => time);
