import { type CommonFault, type Fault, portalPage } from '../faults.ts'
import { breakOff, type Headers, type HttpResponse } from '../http.ts'
import { type Exchange } from '../http-router.ts'

/** Between two lines of a refusal that never ends, in ms. */
const LINE_EVERY = 20

/** As a server that streams its error page and then hangs in it. */
function goOnForever(response: HttpResponse): void {
  const line = Buffer.from('The server is still explaining what went wrong.\n')
  const say = (): void => void response.write(line, () => undefined)
  const timer = setInterval(say, LINE_EVERY)
  response.on('close', () => clearInterval(timer))
  say()
}

function refuse(response: HttpResponse, fault: CommonFault & { fault: 'refuse' }): void {
  const { status, retryAfter, location, endless } = fault
  const headers: Headers = {
    ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
    ...(location !== undefined && { Location: location }),
    ...(endless && { 'Content-Type': 'text/plain' }),
  }
  response.writeHead(status, headers)
  if (endless) goOnForever(response)
  else response.end()
}

/** Commits a fault that leaves no stream behind; says with which status. Undefined for the others. */
export function answerWithFault(
  { request, response, json }: Exchange,
  fault: Fault | undefined,
): number | undefined {
  switch (fault?.fault) {
    case 'refuse':
      refuse(response, fault)
      return fault.status
    case 'captive-portal':
      response.writeHead(200, { 'Content-Type': 'text/html' })
      response.end(portalPage)
      return 200
    case 'no-content':
      response.writeHead(204)
      response.end()
      return 204
    case 'wrong-type':
      json({ title: 'This is not a stream' })
      return 200
    case 'stall':
      // Unread, a long body would keep the server from seeing that the client leaves.
      request.resume()
      return 0
    case 'reset':
      breakOff(response, 'reset')
      return 0
    default:
      return undefined
  }
}

/** How long the request waits before anything else happens to it, in ms. */
export const waitBefore = (fault: Fault | undefined): number =>
  fault?.fault === 'delay' || fault?.fault === 'refuse' ? fault.ms : 0

/** Waits so many ms. False when the client leaves before. */
export function stays(response: HttpResponse, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const leave = (): void => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      response.off('close', leave)
      resolve(true)
    }, ms)
    response.on('close', leave)
  })
}
