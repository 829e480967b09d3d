// Prints what surveyDevices finds, as JSON.
import { surveyDevices } from "../../src/index.ts";

console.log(JSON.stringify(await surveyDevices()));
process.exit(0);
