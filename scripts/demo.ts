import type { ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { install } from './install.ts'
import { onStop, start, stop, stopAll } from './processes.ts'

// `npm start`: runs the demo server, Storybook and the documentation site until Ctrl-C.

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

  console.log('Starting Storybook and the documentation ...')
  const ports = { storybook: await freePort(6006), docs: await freePort(5173) }
  const url = `http://127.0.0.1:${ports.storybook}`
  const docsUrl = `http://127.0.0.1:${ports.docs}`
  const storybook = startStorybook(ports.storybook, server, docsUrl)
  const docs = startDocs(ports.docs, url)
  stops.push(
    () => stop(storybook),
    () => stop(docs),
  )
  await Promise.all([waitFor('Storybook', url, storybook), waitFor('The documentation', docsUrl, docs)])

  console.log(`
  Documentation  ${docsUrl}
  Storybook      ${url}
  Demo server    ${server.url}
  Fault proxy    ${server.proxyUrl}
  HTTP/2         ${server.secureUrl}

  Ctrl-C stops them.
`)
  const stopped = await Promise.race([
    new Promise<string>((resolve) => storybook.once('exit', () => resolve('Storybook'))),
    new Promise<string>((resolve) => docs.once('exit', () => resolve('The documentation'))),
  ])
  throw new Error(`${stopped} has stopped by itself. Its output is above.`)
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error)
    await stopEverything()
    process.exit(1)
  }
}

type Addresses = Readonly<Record<'url' | 'proxyUrl' | 'secureUrl', string>>

function startStorybook(port: number, server: Addresses, docsUrl: string): ChildProcess {
  const address = ['--port', `${port}`, '--exact-port', '--host', '127.0.0.1']
  const flags = ['--ci', '--no-open', '--disable-telemetry', '--no-version-updates', '--loglevel', 'warn']
  return start(['storybook', 'dev', ...address, ...flags], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Pages read variables that begin with STORYBOOK_ from `import.meta.env`.
    env: {
      STORYBOOK_DEMO_SERVER: server.url,
      STORYBOOK_DEMO_PROXY: server.proxyUrl,
      STORYBOOK_DEMO_SECURE: server.secureUrl,
      STORYBOOK_DOCS_SITE: docsUrl,
    },
  })
}

function startDocs(port: number, storybookUrl: string): ChildProcess {
  const command = [
    'pnpm',
    'exec',
    'vitepress',
    'dev',
    '--port',
    `${port}`,
    '--strictPort',
    '--host',
    '127.0.0.1',
  ]
  return start(command, {
    cwd: fileURLToPath(new URL('../docs', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { DOCS_STORYBOOK: storybookUrl },
  })
}

/** Waits until a server sends its page. */
async function waitFor(name: string, url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`${name} could not be started. Its output is above.`)
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok === true) return
    await wait(200)
  }
}
