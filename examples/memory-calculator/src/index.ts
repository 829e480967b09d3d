export { calculatorStyle, formHtml } from "./form.ts";
export { firstResultHtml, startCalculator } from "./start.ts";
