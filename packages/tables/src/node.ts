export { readBytes, readData, readDataRows } from "./data-files.ts";
