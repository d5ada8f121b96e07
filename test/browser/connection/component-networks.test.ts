import { brokenNetworks } from '../../server/scenarios/connection/broken-networks.ts'
import { components } from '../../server/scenarios/connection/components.ts'
import { pageNetworks } from '../../server/scenarios/connection/networks.ts'
import { mountWithReact } from '../support/connection/react.tsx'
import { mountWithVue } from '../support/connection/vue.ts'
import { newHost } from '../support/demo-server.ts'

brokenNetworks({
  server: newHost,
  networks: pageNetworks,
  receivers: [components('React', mountWithReact), components('Vue', mountWithVue)],
})
