// @vitest-environment jsdom
import { browserEnvironment } from '@tautline/core'
import { mountWithReact } from '../../browser/support/connection/react.tsx'
import { mountWithVue } from '../../browser/support/connection/vue.ts'
import { brokenNetworks } from '../scenarios/connection/broken-networks.ts'
import { components } from '../scenarios/connection/components.ts'
import { networks } from '../scenarios/connection/networks.ts'
import { useDemoServer } from '../support/server.ts'
import { webSocketOfWs } from '../support/web-socket/platforms.ts'

const server = useDemoServer()

// The global WebSocket is jsdom's here, and its events do not work with Node's event targets.
const environment = { ...browserEnvironment(), WebSocket: webSocketOfWs }

brokenNetworks({
  server: () => server.now.url,
  networks,
  receivers: [components('React', mountWithReact, environment), components('Vue', mountWithVue, environment)],
})
