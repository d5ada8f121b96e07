import type { StorybookConfig } from '@storybook/react-vite'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { msw } from 'msw/vite'
import { mergeConfig } from 'vite'
import { aliases } from '../aliases.ts'
import { sameOriginServer } from '../test/setup/same-origin.ts'

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['../stories/docs/*.mdx', '../stories/**/*.stories.tsx'],
  // msw-storybook-addon is not in this list: as an addon it always starts its worker, which then intercepts the
  // requests to a real server. `server-loader.ts` calls the addon's loader only when the mock is in use.
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  staticDirs: ['./public'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  features: { sidebarOnboardingChecklist: false },
  typescript: { reactDocgen: false },
  viteFinal: (base) =>
    mergeConfig(base, {
      // Takes the worker's script from the package, so that its version always matches the code that uses it.
      // A hidden iframe needs a demo server of the page's own origin.
      plugins: [react(), vue(), msw({ mode: 'worker-only' }), sameOriginServer()],
      resolve: { alias: aliases },
      // Browsers that know light-dark(). For older ones the build would replace it by a media query, which the toolbar's
      // theme cannot change.
      build: { chunkSizeWarningLimit: 2_000, cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
    }),
}

export default config
