import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/geist-mono/wght.css'
import '../stories/ui/tokens.css'
import '../stories/ui/elements.css'
import type { Preview } from '@storybook/react-vite'
import { ServerContext } from '../stories/server/server-context.ts'
import { applyTheme } from './apply-theme.ts'
import { ThemedDocs } from './docs-container.tsx'
import { serverLoader, serverOf } from './server-loader.ts'

const preview: Preview = {
  parameters: {
    layout: 'fullscreen',
    controls: { disable: true },
    // An accessibility violation fails the test.
    a11y: { test: 'error' },
    docs: { container: ThemedDocs, codePanel: false },
    options: {
      storySort: {
        order: [
          'Introduction',
          'useWebSocket',
          'useEventSource',
          'useLongPoll',
          'useConnection',
          'useFetch',
          'useFetchPages',
          'Examples',
          [
            'Chat',
            'Token stream',
            'Named events',
            'High message rate',
            'Reconnecting',
            'Resuming a stream',
            'Network laboratory',
            'Connection limit',
            'Long and short polling',
            'Long-poll servers',
            'Users',
            'List with filters',
            'Search as you type',
            'Optimistic toggles',
            'Log out and switch users',
            'HTTP cache',
            'Upload and resume',
            'API on another origin',
            'A page that starts offline',
            'Rails and Laravel',
            'Outbox while offline',
            'Binary messages',
          ],
        ],
      },
    },
  },
  globalTypes: {
    theme: {
      description: 'Light or dark',
      toolbar: {
        title: 'Theme',
        icon: 'contrast',
        dynamicTitle: true,
        items: [
          { value: 'system', title: 'System', icon: 'browser' },
          { value: 'light', title: 'Light', icon: 'sun' },
          { value: 'dark', title: 'Dark', icon: 'moon' },
        ],
      },
    },
    server: {
      description: 'The server that the stories connect to',
      toolbar: {
        title: 'Server',
        icon: 'transfer',
        dynamicTitle: true,
        items: [
          { value: 'auto', title: 'Demo server' },
          { value: 'mock', title: 'Mock' },
        ],
      },
    },
  },
  initialGlobals: { theme: 'system', server: 'auto' },
  loaders: [serverLoader],
  decorators: [
    (Story, { globals, loaded }) => {
      const server = serverOf(loaded)
      applyTheme(globals['theme'])
      return (
        // The key remounts the story when the server changes, so that no connection to the old server stays open.
        <ServerContext.Provider key={server.kind} value={server}>
          <Story />
        </ServerContext.Provider>
      )
    },
  ],
}

export default preview
