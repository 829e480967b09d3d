/** Results parser, with the JSON Schema: `@lorank/evidence/parse`. */

export { checkResultPart, parseResults, type ResultPart, stripMeasured } from "./schema/parse-results.ts";
