import type { ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { install } from './install.ts'
import { onStop, start, stop, stopAll } from './processes.ts'

// `npm start`: runs the demo server and Storybook until Ctrl-C.

const stops: (() => Promise<void>)[] = [stopAll]
let stopping = false
const stopEverything = async (): Promise<void> => {
  stopping = true
  await Promise.all(stops.map((end) => end()))
}
// Ctrl-C is the normal way to stop, so the exit code is 0.
onStop(stopEverything, 0)

try {
  console.log('Installing missing dependencies ...')
  await install()
  // Imported here, because its dependencies may have been missing before.
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
  await storybookReady(url, storybook)

  console.log(`
  Storybook    ${url}
  Demo server  ${server.url}
  Fault proxy  ${server.proxyUrl}
  HTTP/2       ${server.secureUrl}

  Ctrl-C stops them.
`)
  await new Promise((resolve) => storybook.once('exit', resolve))
  throw new Error('Storybook has stopped by itself. Its output is above.')
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error)
    await stopEverything()
    process.exit(1)
  }
}

type Addresses = Readonly<Record<'url' | 'proxyUrl' | 'secureUrl', string>>

function startStorybook(port: number, server: Addresses): ChildProcess {
  const address = ['--port', `${port}`, '--exact-port', '--host', '127.0.0.1']
  const flags = ['--ci', '--no-open', '--disable-telemetry', '--no-version-updates', '--loglevel', 'warn']
  return start(['storybook', 'dev', ...address, ...flags], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Pages read variables that begin with STORYBOOK_ from `import.meta.env`.
    env: {
      STORYBOOK_DEMO_SERVER: server.url,
      STORYBOOK_DEMO_PROXY: server.proxyUrl,
      STORYBOOK_DEMO_SECURE: server.secureUrl,
    },
  })
}

/** Waits until Storybook serves its page. */
async function storybookReady(url: string, storybook: ChildProcess): Promise<void> {
  for (;;) {
    if (storybook.exitCode !== null || storybook.signalCode !== null)
      throw new Error('Could not start Storybook. Its output is above.')
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok === true) return
    await wait(200)
  }
}
