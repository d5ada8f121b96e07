import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { findNchan, HOW_TO_GET_NCHAN } from '../../../scripts/nginx.ts'
import { configuration } from './configuration.ts'
import { launchNginx, temporaryFolder } from './launch.ts'

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
  const folder = temporaryFolder()
  const socket = join(folder, 'http.sock')
  const text = configuration(installed, socket, extra)
  const { stop } = await launchNginx(folder, installed.program, text, { path: socket })
  return {
    socket,
    stop,
    publish: (channel, text, location = 'pub') => send(socket, 'POST', `/${location}/${channel}`, text),
    look: (channel) => send(socket, 'GET', `/pub/${channel}`),
    remove: (channel) => send(socket, 'DELETE', `/pub/${channel}`),
    reload: () => void process.kill(Number(readFileSync(join(folder, 'nginx.pid'), 'utf8')), 'SIGHUP'),
  }
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
