// Prints what surveyDevices finds, as JSON.
import { surveyDevices } from "../../src/devices.ts";

console.log(JSON.stringify(await surveyDevices()));
process.exit(0);
