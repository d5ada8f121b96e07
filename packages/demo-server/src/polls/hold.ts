import { type HttpResponse } from '../http.ts'
import { type Poll, type PollResponse } from './poll-dialect.ts'

/** What ended a hold: a new message, the time limit, a client that disconnected, or a response that replaces the usual one. */
export type HoldEnd = 'news' | 'limit' | 'disconnected' | PollResponse

const LINE_FEED = Buffer.from('\n')

/** Sends a line feed to keep the connection alive, as CouchDB does. JSON may begin with white space. */
function sendLineFeed(response: HttpResponse, { write }: Poll): void {
  if (!response.headersSent) {
    const { status, headers } = write([])
    response.writeHead(status, headers)
  }
  response.write(LINE_FEED, () => undefined)
}

/** Waits for messages that the client does not have yet, for at most `ms`, or until the client disconnects. */
export function holdPoll(response: HttpResponse, poll: Poll, ms: number): Promise<HoldEnd> {
  const { log, from, heartbeat } = poll
  return new Promise((resolve) => {
    const onClose = (): void => finish('disconnected')
    const timer = setTimeout(() => finish('limit'), ms)
    const heartbeatTimer =
      heartbeat === undefined ? undefined : setInterval(() => sendLineFeed(response, poll), heartbeat)
    const unsubscribe = log.listen(() => {
      if (log.published > from) finish('news')
    })
    response.on('close', onClose)
    const stopHolding = poll.whenHeld?.((response) => finish(response))

    function finish(end: HoldEnd): void {
      clearTimeout(timer)
      clearInterval(heartbeatTimer)
      unsubscribe()
      stopHolding?.()
      response.off('close', onClose)
      resolve(end)
    }
  })
}
