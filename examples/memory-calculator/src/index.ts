export { calculatorStyle } from "./form.ts";
export { calculatorHtml, startCalculator } from "./start.ts";
