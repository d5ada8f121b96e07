// In vite.config.ts, beside the plugin of React or Vue.
import { defineConfig } from 'vite'

export default defineConfig({
  server: {
    proxy: {
      '/chat': { target: 'http://localhost:3000', ws: true }, // WebSockets need `ws`
      '/api': 'http://localhost:3000',
    },
  },
})
