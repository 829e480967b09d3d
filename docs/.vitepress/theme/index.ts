import type { Theme } from "vitepress";
import DefaultTheme, { VPHomeHero } from "vitepress/theme-without-fonts";
import { defineAsyncComponent } from "vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("VPHomeHero", VPHomeHero);
    // Loaded by the one page that has it.
    app.component(
      "MemoryCalculator",
      defineAsyncComponent(() => import("./memory-calculator.ts")),
    );
  },
} satisfies Theme;
