import { library } from "../../tsup.shared.ts";

export default library(["src/index.ts", "src/files.ts", "src/disk.ts", "src/hub.ts"]);
