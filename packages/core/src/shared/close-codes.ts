import { utf8Length } from './utf8.ts'
import { TautlineError } from './errors.ts'

/** WebSocket close codes by name (RFC 6455, section 7.4.1, and the IANA registry). 4401 is Tautline's own. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  noStatus: 1005,
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  mandatoryExtension: 1010,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badGateway: 1014,
  tlsHandshake: 1015,
  unauthorized: 4401,
} as const

/** Whether to connect again after a close code: retry, stop, or retry with new credentials. */
export type CloseCodeClass = 'retryable' | 'fatal' | 'unauthorized'

/**
 * Decides whether a connection that closed with this code is retried.
 *
 * Codes are fatal if a retry would fail in the same way: a message that one side cannot accept (1002, 1003, 1007,
 * 1009) or a missing extension (1010). With 3500 to 3999 (libraries) and 4500 to 4999 (applications) a server forbids
 * a retry. 1008 and 4401 mean that the credentials were refused.
 */
export function classifyCloseCode(code: number): CloseCodeClass {
  if (code === 1008 || code === 4401) return 'unauthorized'
  const isFatal =
    code === 1002 ||
    code === 1003 ||
    code === 1007 ||
    code === 1009 ||
    code === 1010 ||
    (code >= 3000 && code < 5000 && code % 1000 >= 500)
  return isFatal ? 'fatal' : 'retryable'
}

/** The longest close reason in UTF-8 bytes: RFC 6455, section 5.5 allows 125, and the code takes two of them. */
const MAX_REASON_BYTES = 123

/**
 * Checks the arguments of `close()` (WHATWG WebSockets, `close()`).
 *
 * @throws TautlineError `bad-close` for a code other than 1000 or 3000 to 4999, or a reason over 123 bytes in UTF-8
 */
export function validateClose(code: number | undefined, reason: string | undefined): void {
  if (code !== undefined && code !== 1000 && !(Number.isInteger(code) && code >= 3000 && code < 5000)) {
    // Only numbers are shown: a caller without types may pass anything, even a secret.
    const shown = typeof code === 'number' ? code : `of type ${typeof code}`
    throw new TautlineError('bad-close', `Close code ${shown} is not allowed. Use 1000 or 3000 to 4999.`, {
      closeCode: code,
    })
  }
  const bytes = utf8Length(reason ?? '')
  if (bytes > MAX_REASON_BYTES) {
    throw new TautlineError(
      'bad-close',
      `The close reason has ${bytes} bytes in UTF-8. Use at most ${MAX_REASON_BYTES}.`,
      {
        bytes,
      },
    )
  }
}
