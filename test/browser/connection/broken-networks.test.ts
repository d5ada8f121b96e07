import { brokenNetworks } from '../../server/scenarios/connection/broken-networks.ts'
import { pageNetworks } from '../../server/scenarios/connection/networks.ts'
import { client } from '../../server/scenarios/connection/receiver.ts'
import { newHost } from '../support/demo-server.ts'

brokenNetworks({ server: newHost, networks: pageNetworks, receivers: [client] })
