import { tautline } from '@tautline/vue'
import { type Component, createApp } from 'vue'

declare const App: Component

// All hooks of the app have these options, unless they have their own.
createApp(App)
  .use(tautline, { retry: { limit: 10 } })
  .mount('#app')
