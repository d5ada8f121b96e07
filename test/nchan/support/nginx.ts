import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findNchan, HOW_TO_GET_NCHAN } from '../../../scripts/nginx.ts'
import { configuration } from './configuration.ts'

/** The limit for the start, in ms. */
const PATIENCE = 20_000

/**
 * Runs the program given after its first two arguments until its standard input ends. The parent process holds the other end,
 * which closes when the parent ends in any way, also by Ctrl-C or SIGKILL. So no nginx is ever left running.
 */
const KEEPER = `
  trap '' INT TERM HUP
  exec 3<&0
  folder="$1"; shift
  "$@" < /dev/null 3<&- & server=$!
  { cat > /dev/null; kill -TERM $server; } <&3 2> /dev/null &
  wait $server; code=$?
  rm -rf "$folder"
  exit $code
`

/** The response of the publisher's location. */
export interface PublishResult {
  readonly status: number
  /** The cursor of the channel's last message: `time:tag`; undefined if the response has none. */
  readonly last: string | undefined
  /** How many clients wait for the next message. */
  readonly waiting: number
}

export interface Nginx {
  /** The Unix socket that it listens on. */
  readonly socket: string
  /** Publishes one message; resolves when the server has accepted it. */
  publish(channel: string, text: string, location?: 'pub' | 'pub-short'): Promise<PublishResult>
  /** Returns the server's information on a channel. */
  look(channel: string): Promise<PublishResult>
  /** Deletes the channel, and ends the requests of its subscribers. */
  remove(channel: string): Promise<PublishResult>
  /** Starts new workers with the same configuration. The messages in the server's memory are lost. */
  reload(): void
  /** Stops the server; resolves when it has ended. */
  stop(): Promise<void>
}

/**
 * Starts nginx in a temporary folder.
 *
 * @param extra directives for the server's block
 * @throws Error with nginx's output, if it does not start
 */
export async function startNginx(extra: readonly string[] = []): Promise<Nginx> {
  const installed = findNchan()
  if (!installed) throw new Error(HOW_TO_GET_NCHAN)
  const folder = mkdtempSync(join(tmpdir(), 'tautline-nchan-'))
  const socket = join(folder, 'http.sock')
  writeFileSync(join(folder, 'nginx.conf'), configuration(installed, socket, extra))
  const { stop, ended, output } = launch(folder, installed.program)
  if (!(await listens(socket, ended))) {
    await stop()
    throw new Error(`nginx did not start:\n${output()}`)
  }
  return {
    socket,
    stop,
    publish: (channel, text, location = 'pub') => send(socket, 'POST', `/${location}/${channel}`, text),
    look: (channel) => send(socket, 'GET', `/pub/${channel}`),
    remove: (channel) => send(socket, 'DELETE', `/pub/${channel}`),
    reload: () => void process.kill(Number(readFileSync(join(folder, 'nginx.pid'), 'utf8')), 'SIGHUP'),
  }
}

interface Launched {
  ended(): boolean
  /** Everything that it has written so far. */
  output(): string
  stop(): Promise<void>
}

function launch(folder: string, program: string): Launched {
  const argv = [program, '-p', `${folder}/`, '-c', 'nginx.conf', '-e', 'stderr']
  const child = spawn('sh', ['-c', KEEPER, 'sh', folder, ...argv], { stdio: ['pipe', 'ignore', 'pipe'] })
  let output = ''
  let ended = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const end = new Promise<void>((resolve) => {
    const finish = (): void => {
      ended = true
      resolve()
    }
    child.once('close', finish)
    child.once('error', (error) => {
      output += error.message
      finish()
    })
  })
  return {
    ended: () => ended,
    output: () => output,
    async stop() {
      child.stdin.end()
      await end
      // If the parent script could not.
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listens(socket: string, ended: () => boolean): Promise<boolean> {
  for (const until = Date.now() + PATIENCE; Date.now() < until && !ended(); await sleep(10)) {
    if (await takesCalls(socket)) return true
  }
  return false
}

function takesCalls(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path })
    probe.once('error', () => resolve(false))
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
  })
}

/** A new connection for each request: a reused one may belong to a worker that is about to end. */
function send(socketPath: string, method: string, path: string, body?: string): Promise<PublishResult> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain' }
    const sent = request({ socketPath, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('error', reject)
      response.once('end', () => {
        const of = (what: string) => new RegExp(`^${what}: (.*)$`, 'm').exec(text)?.[1]
        const waiting = Number(of('active subscribers') ?? 0)
        resolve({ status: response.statusCode ?? 0, last: of('last message id'), waiting })
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
