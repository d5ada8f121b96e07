import { type CommonFault, type Fault, portalPage } from '../faults.ts'
import { abortResponse, type Headers, type HttpResponse } from '../http.ts'
import { type Exchange } from '../http-router.ts'

/** The time between two lines of an endless body. */
const TEXT_INTERVAL_MS = 20

/** Sends a body that never ends, like a server that hangs while it streams an error page. */
function sendEndlessBody(response: HttpResponse): void {
  const text = Buffer.from('The server is still explaining what went wrong.\n')
  const sendText = (): void => void response.write(text, () => undefined)
  const timer = setInterval(sendText, TEXT_INTERVAL_MS)
  response.on('close', () => clearInterval(timer))
  sendText()
}

function refuse(response: HttpResponse, fault: CommonFault & { fault: 'refuse' }): void {
  const { status, retryAfter, location, endless } = fault
  const headers: Headers = {
    ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
    ...(location !== undefined && { Location: location }),
    ...(endless && { 'Content-Type': 'text/plain' }),
  }
  response.writeHead(status, headers)
  if (endless) sendEndlessBody(response)
  else response.end()
}

/** Sends the response of a fault that replaces the stream, and returns its status. Returns undefined for other faults. */
export function respondWithFault(
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
      // When a long body is not read, the server does not see that the client disconnects.
      request.resume()
      return 0
    case 'reset':
      abortResponse(response, 'reset')
      return 0
    default:
      return undefined
  }
}

/** The delay before the request is handled, in ms. */
export const delayBefore = (fault: Fault | undefined): number =>
  fault?.fault === 'delay' || fault?.fault === 'refuse' ? fault.ms : 0

/** Waits for this time. Resolves with false when the client disconnects before. */
export function waitWhileConnected(response: HttpResponse, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const onClose = (): void => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      response.off('close', onClose)
      resolve(true)
    }, ms)
    response.on('close', onClose)
  })
}
