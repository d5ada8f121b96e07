import { createHash } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { Socket } from 'node:net'
import { listen, portOf, servePage } from '../server.ts'
import { STUB } from './contenders.ts'

/** The traffic since the start. */
export interface Traffic {
  /** Requests for the document. */
  readonly requests: number
  /** Requests with the response 304. */
  readonly unchanged: number
  /** Bytes in TCP both ways, HTTP heads included. */
  readonly bytes: number
}

export interface FetchServer {
  readonly origin: string
  traffic(): Traffic
  close(): Promise<void>
}

/** Builds a JSON list of about this size in bytes. It is built once, so that the bench does not measure the server. */
function makeDocument(size: number): string {
  const rows: object[] = []
  for (let bytes = 0, id = 0; bytes < size; id++) {
    const name = `Person ${id}`
    const row = {
      id,
      name,
      email: `person.${id}@example.com`,
      active: id % 3 > 0,
      score: id / 7,
      tags: ['a', 'b'],
    }
    bytes += JSON.stringify(row).length + 1
    rows.push(row)
  }
  return JSON.stringify({ name: 'Ada 0', rows })
}

/** Serves the built pages, and a document that never changes. A page with `?stub` gets a stub instead of `fetch`. */
export async function startFetchServer(folder: string, size = 1_000_000): Promise<FetchServer> {
  const body = makeDocument(size)
  // Forces a revalidation each time, which the bench measures.
  const head = { etag: `"${createHash('sha1').update(body).digest('hex')}"`, 'cache-control': 'no-cache' }
  const sockets = new Set<Socket>()
  let [requests, unchanged, gone] = [0, 0, 0]

  function serveDocument(request: IncomingMessage, response: ServerResponse): void {
    requests++
    if (request.headers['if-none-match'] === head.etag) {
      unchanged++
      response.writeHead(304, head).end()
    } else response.writeHead(200, { ...head, 'content-type': 'application/json' }).end(body)
  }

  const bytesOf = ({ bytesRead, bytesWritten }: Socket) => bytesRead + bytesWritten
  const server = createServer((request, response) => {
    const [path = '/', search] = (request.url ?? '/').split('?')
    if (path === '/document') serveDocument(request, response)
    else servePage(folder, path, response, search === 'stub' ? [STUB] : [])
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      gone += bytesOf(socket)
    })
  })
  await listen(server)
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    traffic: () => ({
      requests,
      unchanged,
      bytes: [...sockets].reduce((total, socket) => total + bytesOf(socket), gone),
    }),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
