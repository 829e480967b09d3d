// Prints what surveyDevices finds, as JSON.
import { surveyDevices } from "../../src/devices/index.ts";

console.log(JSON.stringify(await surveyDevices()));
process.exit(0);
