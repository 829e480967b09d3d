import { library } from "../../tsup.shared.ts";

export default {
  ...library({ index: "src/index.ts", names: "src/names.ts", node: "src/node.ts" }),
  external: ["#csv-parse"], // what it stands for is chosen where the package is used
};
