import { type DemoServer, startDemoServer } from '@tautline/demo-server'
import { afterAll, beforeAll } from 'vitest'
import { brokenNetworks } from '../scenarios/connection/broken-networks.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

brokenNetworks(() => server.url)
