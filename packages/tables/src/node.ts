export { readData, readDataRows } from "./data-files.ts";
