import { type HttpResponse } from '../http.ts'
import { type Poll, type PollAnswer } from './poll-dialect.ts'

/** What ended a hold: there is more, the time is up, the client has left, or another answer than its own is due. */
export type HoldEnd = 'news' | 'limit' | 'gone' | PollAnswer

const LINE_FEED = Buffer.from('\n')

/** As CouchDB keeps a connection alive: JSON may begin with white space. */
function beat(response: HttpResponse, { write }: Poll): void {
  if (!response.headersSent) {
    const { status, headers } = write([])
    response.writeHead(status, headers)
  }
  response.write(LINE_FEED, () => undefined)
}

/** Waits for more than the client has, for so many ms, and no longer than the client does. */
export function holdPoll(response: HttpResponse, poll: Poll, ms: number): Promise<HoldEnd> {
  const { log, from, heartbeat } = poll
  return new Promise((resolve) => {
    const leave = (): void => finish('gone')
    const timer = setTimeout(() => finish('limit'), ms)
    const beats = heartbeat === undefined ? undefined : setInterval(() => beat(response, poll), heartbeat)
    const unlisten = log.listen(() => {
      if (log.published > from) finish('news')
    })
    response.on('close', leave)
    const release = poll.whenHeld?.((answer) => finish(answer))

    function finish(end: HoldEnd): void {
      clearTimeout(timer)
      clearInterval(beats)
      unlisten()
      release?.()
      response.off('close', leave)
      resolve(end)
    }
  })
}
