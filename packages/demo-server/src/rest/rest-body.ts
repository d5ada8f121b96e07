import { altersBody, type Fault, portalPage } from '../faults.ts'
import { abortResponse, type HttpResponse, hasNoBody } from '../http.ts'
import { type Exchange } from '../http-router.ts'
import { sendWithFault, sendWhole, type WholeResponse } from '../whole-response.ts'

/** The shortest time between two pieces of a slow body. */
const MIN_WAIT_MS = 50

function sendHead(response: HttpResponse, { status, headers, body }: WholeResponse): void {
  // HEAD has the length of the body that GET would send.
  const length = hasNoBody(status) ? {} : { 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, { ...headers, ...length })
  response.end()
}

function sendSlowly(response: HttpResponse, whole: WholeResponse, bytesPerSecond: number): void {
  const bytes = Buffer.from(whole.body)
  const wait = Math.max(MIN_WAIT_MS, 1_000 / bytesPerSecond)
  const step = Math.max(1, Math.round((bytesPerSecond * wait) / 1_000))
  let sent = 0
  response.writeHead(whole.status, { ...whole.headers, 'Content-Length': bytes.length })
  response.flushHeaders()
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + step), () => undefined)
    sent += step
    if (sent < bytes.length) return
    clearInterval(timer)
    response.end()
  }, wait)
  response.on('close', () => clearInterval(timer))
}

/** Applies a fault that changes the response but not the connection. */
function applyFault(whole: WholeResponse, fault: Fault | undefined): WholeResponse {
  if (fault?.fault === 'lie') {
    return { ...whole, headers: { ...whole.headers, 'Content-Type': 'application/json' }, body: portalPage }
  }
  if (fault?.fault !== 'truncate') return whole
  const bytes = Buffer.from(whole.body)
  return { ...whole, body: bytes.subarray(0, fault.afterBytes ?? Math.floor(bytes.length / 2)) }
}

/** Sends the response, changed by the fault if there is one. */
export function sendRest(
  { request, response }: Exchange,
  whole: WholeResponse,
  fault: Fault | undefined,
): void {
  if (fault?.fault === 'lose') return abortResponse(response, 'end')
  if (request.method === 'HEAD' || hasNoBody(whole.status)) return sendHead(response, whole)
  if (fault?.fault === 'slow') return sendSlowly(response, whole, fault.bytesPerSecond)
  if (altersBody(fault)) return sendWithFault(response, whole, fault)
  sendWhole(response, applyFault(whole, fault))
}
