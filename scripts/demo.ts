import type { ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { install } from './install.ts'
import { onStop, start, stop, stopAll } from './processes.ts'

// `npm start`: the demo server and Storybook together, until Ctrl-C.

const stops: (() => Promise<void>)[] = [stopAll]
let stopping = false
const stopEverything = async (): Promise<void> => {
  stopping = true
  await Promise.all(stops.map((end) => end()))
}
// Ctrl-C is how this ends when all is well.
onStop(stopEverything, 0)

try {
  console.log('Installing, where something is missing ...')
  await install()
  // Only now: its own dependencies may have been the missing ones.
  const { startDemoServer } = await import('../packages/demo-server/src/index.ts')
  const server = await startDemoServer({
    port: 4400,
    proxyPort: 4401,
    securePort: 4402,
    whenTaken: 'pick-free',
    database: fileURLToPath(new URL('../.cache/demo-users.sqlite', import.meta.url)),
  })
  stops.push(() => server.close())

  console.log('Starting Storybook ...')
  const port = await freePort(6006)
  const url = `http://127.0.0.1:${port}`
  const storybook = startStorybook(port, server)
  stops.push(() => stop(storybook))
  await answering(url, storybook)

  console.log(`
  Storybook    ${url}
  Demo server  ${server.url}
  Fault proxy  ${server.proxyUrl}
  HTTP/2       ${server.secureUrl}

  Ctrl-C stops them.
`)
  await new Promise((resolve) => storybook.once('exit', resolve))
  throw new Error('Storybook has ended.')
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error)
    await stopEverything()
    process.exit(1)
  }
}

type Addresses = Readonly<Record<'url' | 'proxyUrl' | 'secureUrl', string>>

function startStorybook(port: number, server: Addresses): ChildProcess {
  const where = ['--port', `${port}`, '--exact-port', '--host', '127.0.0.1']
  const quietly = ['--ci', '--no-open', '--disable-telemetry', '--no-version-updates', '--loglevel', 'warn']
  return start(['storybook', 'dev', ...where, ...quietly], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Storybook shows its pages what begins with STORYBOOK_, as `import.meta.env`.
    env: {
      STORYBOOK_DEMO_SERVER: server.url,
      STORYBOOK_DEMO_PROXY: server.proxyUrl,
      STORYBOOK_DEMO_SECURE: server.secureUrl,
    },
  })
}

/** Waits until there is something to look at. */
async function answering(url: string, storybook: ChildProcess): Promise<void> {
  for (;;) {
    if (storybook.exitCode !== null || storybook.signalCode !== null)
      throw new Error('Storybook did not start.')
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok === true) return
    await wait(200)
  }
}
