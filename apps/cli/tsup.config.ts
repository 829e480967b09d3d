import { library } from "../../tsup.shared.ts";

export default { ...library(["src/main.ts"]), dts: false };
