import { memoryBarsStyle } from "@lorank/core/memory";
import {
  calculatorStyle,
  firstResultHtml,
  formHtml,
  startCalculator,
} from "@lorank/example-memory-calculator";
import { defineComponent, h, onMounted, ref } from "vue";

/** Dark by the site's own switch. */
const style = `${calculatorStyle}\n${memoryBarsStyle.replace("@media (prefers-color-scheme: dark)", ".dark")}`;

/** The calculator of examples/memory-calculator, with its first result in the page as it is built. */
export default defineComponent(() => {
  const form = ref<HTMLFormElement>();
  const result = ref<HTMLElement>();
  onMounted(() => startCalculator(form.value!, result.value!));
  return () =>
    h("div", { class: "calculator" }, [
      h("style", { innerHTML: style }),
      h("form", { ref: form, innerHTML: formHtml() }),
      h("section", { ref: result, "aria-label": "Result", innerHTML: firstResultHtml() }),
    ]);
});
