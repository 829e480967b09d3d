import { library } from "../../tsup.shared.ts";

export default library(["src/index.ts", "src/files/index.ts", "src/hub/index.ts"]);
