import { brokenNetworks } from '../scenarios/connection/broken-networks.ts'
import { networks } from '../scenarios/connection/networks.ts'
import { client } from '../scenarios/connection/receiver.ts'
import { useDemoServer } from '../support/server.ts'

const server = useDemoServer()

brokenNetworks({ server: () => server.now.url, networks, receivers: [client] })
