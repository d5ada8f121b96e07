import { parseArgs } from 'node:util'
import { startDemoServer } from './demo-server.ts'

const usage = `Usage: node src/main.ts [--port 4400] [--proxy-port 4401] [--secure-port 4402] [--host 127.0.0.1]
  [--database :memory:]`

function portFrom(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new RangeError(`${text} is not a port. Use a number from 0 to 65535`)
  return port
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4400' },
      'proxy-port': { type: 'string', default: '4401' },
      'secure-port': { type: 'string', default: '4402' },
      host: { type: 'string', default: '127.0.0.1' },
      database: { type: 'string', default: ':memory:' },
    },
  })
  const server = await startDemoServer({
    port: portFrom(values.port),
    proxyPort: portFrom(values['proxy-port']),
    securePort: portFrom(values['secure-port']),
    host: values.host,
    database: values.database,
    whenTaken: 'pick-free',
  })
  const stop = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    void server.close()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // Printed last, because a script that reads the addresses may stop the server at once.
  console.log(`server ${server.url}`)
  console.log(`proxy  ${server.proxyUrl}`)
  console.log(`secure ${server.secureUrl}`)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  console.error(usage)
  process.exitCode = 1
}
