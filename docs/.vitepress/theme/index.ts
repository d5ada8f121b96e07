import { type Theme, useRoute } from 'vitepress'
import { nextTick, onMounted, watch } from 'vue'
import DefaultTheme from 'vitepress/theme-without-fonts'
import ApiTable from './ApiTable.vue'
import MermaidDiagram from './MermaidDiagram.vue'
import { rememberTabs, restoreTabs } from './tabs.ts'
import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/geist-mono/wght.css'
import './style.css'

export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute()
    onMounted(() => {
      rememberTabs()
      watch(
        () => route.path,
        () => void nextTick(restoreTabs),
        { immediate: true },
      )
    })
  },
  enhanceApp({ app }) {
    app.component('ApiTable', ApiTable)
    app.component('MermaidDiagram', MermaidDiagram)
  },
} satisfies Theme
