/**
 * Runs `page.ts` in every browser that is installed: `npm run test:browsers`. A page needs no driver: it sends its report
 * by itself. Ends with 1 if a report has a problem or is missing.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'esbuild'
import { startDemoServer } from '../../packages/demo-server/src/index.ts'
import { findChromium } from '../../scripts/chromium.ts'
import { ROOT } from '../../scripts/processes.ts'
import { forward } from '../setup/same-origin.ts'
import type { Report } from '../browser/support/forever-frame/read-log.ts'

/** A browser on a slow machine. */
const TIMEOUT_MS = 60_000

interface Browser {
  readonly name: string
  readonly program: string | undefined
  /** @param profile an empty folder */
  command(url: string, profile: string): readonly string[]
}

const installed = (path: string): string | undefined => (existsSync(path) ? path : undefined)

const browsers: readonly Browser[] = [
  {
    name: 'Chromium',
    program: findChromium(),
    command: (url, profile) => ['--headless', '--no-sandbox', `--user-data-dir=${profile}`, url],
  },
  {
    name: 'Firefox ESR',
    program: installed('/usr/bin/firefox-esr'),
    command: (url, profile) => ['--headless', '--no-remote', '--profile', profile, url],
  },
  {
    name: 'WebKitGTK',
    program:
      installed('/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser') && installed('/usr/bin/xvfb-run'),
    command: (url) => ['-a', '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser', '--private', url],
  },
]

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'test/engines/page.ts')],
    alias: {
      '@tautline/core/forever-frame': join(ROOT, 'packages/core/src/forever-frame/index.ts'),
      '@tautline/core': join(ROOT, 'packages/core/src/index.ts'),
      '@tautline/demo-server/live-client': join(ROOT, 'packages/demo-server/src/live-client.ts'),
    },
    // As a bundler for browsers does.
    define: { 'process.env.NODE_ENV': '"production"' },
    bundle: true,
    write: false,
    format: 'esm',
  })
  return outputFiles[0]?.text ?? ''
}

/** Serves the page, and the demo server under the same origin. */
async function startPageServer(demoServer: string) {
  const script = await bundlePage()
  let onReport: (report: Report) => void = () => undefined
  const server = createServer((request, response) => {
    const send = (type: string, body: string): void =>
      void response.writeHead(200, { 'Content-Type': type }).end(body)
    const path = request.url ?? '/'
    if (path === '/')
      return send(
        'text/html',
        '<!doctype html><title>Test</title><script src="/page.js" type="module"></script>',
      )
    if (path === '/page.js') return send('text/javascript', script)
    if (path !== '/report') return forward(request, response, { port: new URL(demoServer).port, path })
    let text = ''
    request.on('data', (chunk: Buffer) => (text += String(chunk)))
    request.on('end', () => {
      send('text/plain', '')
      onReport(JSON.parse(text))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/`,
    nextReport: () => new Promise<Report>((resolve) => (onReport = resolve)),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** How long a browser may take to end, before it is ended by force. */
const END_MS = 3_000

/** Ends a browser with all its processes. */
async function endGroup({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return
  const send = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-pid, signal)
    } catch {
      // All have ended.
      return false
    }
  }
  send('SIGTERM')
  for (let waited = 0; waited < END_MS && send(0); waited += 50) await wait(50)
  send('SIGKILL')
}

async function runIn(
  { program = '', command }: Browser,
  server: Awaited<ReturnType<typeof startPageServer>>,
) {
  const profile = mkdtempSync(join(tmpdir(), 'tautline-browser-'))
  const report = server.nextReport()
  const browser = spawn(program, command(server.url, profile), { detached: true, stdio: 'ignore' })
  const stop = (): void => void endGroup(browser).finally(() => process.exit(1))
  for (const signal of SIGNALS) process.once(signal, stop)
  let timer: ReturnType<typeof setTimeout> | undefined
  const failure = new Promise<Report>((resolve) => {
    const fail = (problem: string): void => resolve({ problems: [problem], messages: 0, switches: [] })
    browser.on('error', (error) => fail(error.message))
    timer = setTimeout(() => fail('the page has sent no report'), TIMEOUT_MS)
  })
  const result = await Promise.race([report, failure])
  clearTimeout(timer)
  for (const signal of SIGNALS) process.off(signal, stop)
  await endGroup(browser)
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  return result
}

const demoServer = await startDemoServer()
const pageServer = await startPageServer(demoServer.url)
for (const browser of browsers) {
  if (browser.program === undefined) {
    console.log(`${browser.name}: not installed`)
    continue
  }
  const { problems, messages, switches } = await runIn(browser, pageServer)
  if (problems.length > 0) process.exitCode = 1
  const result = problems.length === 0 ? 'passed' : `FAILED: ${problems.join('; ')}`
  console.log(`${browser.name}: ${result} (${messages} messages; ${switches.join(', ')})`)
}
pageServer.close()
await demoServer.close()
