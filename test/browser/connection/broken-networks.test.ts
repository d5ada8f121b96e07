import { brokenNetworks } from '../../server/scenarios/connection/broken-networks.ts'
import { url } from '../support/demo-server.ts'

brokenNetworks(() => url)
