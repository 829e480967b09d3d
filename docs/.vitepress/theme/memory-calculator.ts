import { memoryBarsStyle } from "@lorank/core/memory";
import { calculatorHtml, calculatorStyle, startCalculator } from "@lorank/example-memory-calculator";
import { defineComponent, h, onMounted, ref } from "vue";

/** Dark by the site's own switch. */
const style = `${calculatorStyle}\n${memoryBarsStyle.replace("@media (prefers-color-scheme: dark)", ".dark")}`;

/** The calculator of examples/memory-calculator, with its first result in the page as it is built. */
export default defineComponent(() => {
  const calculator = ref<HTMLElement>();
  onMounted(() => startCalculator(calculator.value!, () => import("@lorank/core/time")));
  return () => [
    h("style", { innerHTML: style }),
    h("div", { class: "calculator", ref: calculator, innerHTML: calculatorHtml() }),
  ];
});
