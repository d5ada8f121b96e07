import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { listen, portOf } from './listen.ts'
import { connectTo } from './testing/client.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

interface Child {
  readonly process: ChildProcess
  readonly exit: Promise<number | null>
  readonly output: () => string
  /** Resolves when the output contains this text. */
  until(pattern: RegExp): Promise<RegExpExecArray>
}

function run(...args: readonly string[]): Child {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      for (const watch of watchers) watch()
    })
  }
  return {
    process: child,
    exit: new Promise((resolve) => child.once('close', resolve)),
    output: () => output,
    until: (pattern) =>
      new Promise((resolve) => {
        const watch = (): void => {
          const found = pattern.exec(output)
          if (found === null) return
          watchers.delete(watch)
          resolve(found)
        }
        watchers.add(watch)
        watch()
      }),
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'prints its addresses, and exits on %s with open connections',
  async (signal) => {
    const child = run(here('main.ts'), '--port', '0', '--proxy-port', '0', '--secure-port', '0')
    const startText = /^server (http:\S+)\nproxy {2}(http:\S+)\nsecure (https:\S+)\n/
    const [, server, proxy] = await child.until(startText)
    const clients = await Promise.all([
      connectTo(`${server}/ticker?rate=1000`),
      connectTo(`${proxy}/ticker?rate=1000&proxy=half-open`),
      connectTo(`${proxy}/echo?proxy=delay&proxy-ms=60000&proxy-after=handshake`),
    ])
    child.process.kill(signal)
    expect(await child.exit).toBe(0)
    await Promise.all(clients.map((client) => client.closed))
  },
)

test('stores its users in the given file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tautline-'))
  const free = ['--port', '0', '--proxy-port', '0', '--secure-port', '0']
  const start = () => run(here('main.ts'), ...free, '--database', join(folder, 'users.sqlite'))
  const first = start()
  const [, url] = await first.until(/^server (http:\S+)\n/)
  await fetch(`${url}/users/1`, { method: 'DELETE' })
  first.process.kill('SIGTERM')
  expect(await first.exit).toBe(0)
  const second = start()
  const [, again] = await second.until(/^server (http:\S+)\n/)
  expect((await fetch(`${again}/users/1`)).status).toBe(404)
  second.process.kill('SIGTERM')
  expect(await second.exit).toBe(0)
  rmSync(folder, { recursive: true })
})

test('picks a free port when the requested one is in use', async () => {
  const holder = createServer()
  await listen(holder, { host: '127.0.0.1', port: 0, whenTaken: 'fail' })
  const taken = String(portOf(holder))
  const child = run(here('main.ts'), '--port', taken, '--proxy-port', taken, '--secure-port', taken)
  const [, port] = await child.until(/^server http:\S+:(\d+)\n/)
  expect(port).not.toBe(taken)
  child.process.kill('SIGTERM')
  expect(await child.exit).toBe(0)
  holder.close()
})

test.each([
  ['--port', 'many'],
  ['--port', '70000'],
  ['--secure-port', '-1'],
  ['--prot', '1'],
  ['--host', '0.0.0.0'],
  ['--database', here('.')],
])('%s %s prints the usage', async (...args) => {
  const child = run(here('main.ts'), ...args)
  expect(await child.exit).toBe(1)
  expect(child.output()).toContain('Usage:')
})

test('after close() nothing keeps the process alive', async () => {
  const script = `
    const { startDemoServer } = await import(${JSON.stringify(here('index.ts'))})
    const server = await startDemoServer()
    // Subscribed now, because the tickers fill the log, which stores the latest entries only.
    const last = server.proxy.log.until(({ type, connection }) => type === 'request' && connection === 7)
    const { connectTo, openClient } = await import(${JSON.stringify(here('testing/client.ts'))})
    const clients = await Promise.all([
      connectTo(server.url + '/chat/a?name=ann'),
      connectTo(server.url + '/ticker?rate=20000'),
      connectTo(server.proxyUrl + '/counted?rate=20000'),
      connectTo(server.proxyUrl + '/ticker?proxy=half-open'),
      connectTo(server.proxyUrl + '/ticker?proxy=throttle&proxy-bytes-per-second=50&proxy-after=handshake'),
    ])
    const hanging = ['fault=stall', 'fault=delay&fault-ms=3600000', 'proxy=stall', 'proxy=delay&proxy-ms=3600000']
    clients.push(...hanging.map((query) => openClient(server.proxyUrl + '/echo?' + query)))
    const { openStream } = await import(${JSON.stringify(here('testing/streams.ts'))})
    const { connectSecurely } = await import(${JSON.stringify(here('testing/secure-client.ts'))})
    const secure = connectSecurely(server)
    await Promise.all([
      ...['one-byte', 'crlf', 'gzip', 'silence'].map((fault) => openStream(server.url + '/news?rate=5000&fault=' + fault)),
      openStream(server.url + '/prices?rate=5000&comment=1'),
      openStream(server.url + '/flood'),
      openStream(server.url + '/news?fault=refuse&fault-endless=1'),
      secure.open('/news?rate=5000&comment=1'),
      secure.open('/v1/chat/completions', {}, JSON.stringify({ stream: true, prompt: 'a' })),
    ])
    const left = ['/news?fault=delay&fault-ms=3600000', '/users?delay=10000', '/users?fault=stall', '/account?fault=slow&fault-bytes-per-second=1']
    for (const path of left) fetch(server.url + path).catch(() => undefined)
    fetch(server.url + '/uploads?rate=1', { method: 'PUT', body: 'x'.repeat(100000) }).catch(() => undefined)
    await fetch(server.url + '/session/refresh', { method: 'POST' })
    await openStream(server.url + '/endless')
    await last
    await server.close()
    await Promise.all(clients.map((client) => client.closed))
    console.log('closed')
  `
  const child = run('--input-type=module', '--eval', script)
  const code = await child.exit
  expect([code, child.output()]).toEqual([0, 'closed\n'])
})
