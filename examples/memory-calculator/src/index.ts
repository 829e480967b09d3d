export { calculatorHtml, startCalculator } from "./start.ts";
export { calculatorStyle } from "./style.ts";
