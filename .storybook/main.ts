import type { StorybookConfig } from '@storybook/react-vite'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { msw } from 'msw/vite'
import { mergeConfig } from 'vite'
import { aliases } from '../aliases.ts'

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/docs/*.mdx', '../stories/**/*.stories.tsx'],
  // msw-storybook-addon is not among them: as a preset it would start its worker always, and a started one
  // stands between the stories and a real server. `server-loader.ts` uses its loader where it is wanted.
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  staticDirs: ['./public'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  features: { sidebarOnboardingChecklist: false },
  typescript: { reactDocgen: false },
  viteFinal: (base) =>
    mergeConfig(base, {
      // The worker's script comes from the package itself: always of the same version as the code that talks to it.
      plugins: [react(), vue(), msw({ mode: 'worker-only' })],
      resolve: { alias: aliases },
      build: { chunkSizeWarningLimit: 2_000 },
    }),
}

export default config
