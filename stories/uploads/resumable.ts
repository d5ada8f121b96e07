import { type FetchOptions, createFetch, isTautlineError, uploadProgress } from '@tautline/core'

/** How many bytes one request has. This is also what a failure costs at most. */
const PART = 2_000_000

/** The options of the requests that send a part. PATCH is not retried by itself: the offset has to be read first. */
export const partOptions = {
  method: 'PATCH',
  enabled: false,
  upload: uploadProgress(),
  headers: { 'content-type': 'application/offset+octet-stream', 'tus-resumable': '1.0.0' },
} as const

export interface PartOverrides {
  readonly url: string
  readonly body: Blob
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * The requests of an upload in parts whose results are headers. `execute` of a hook returns the body alone, so they are
 * sent by `createFetch`, whose snapshot has the headers.
 */
export function createResumable(endpoint: string, options: FetchOptions) {
  async function headersOf(
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Headers> {
    const sent = createFetch(url, { ...options, method, headers: { 'tus-resumable': '1.0.0', ...headers } })
    await sent.execute({ signal })
    return sent.getSnapshot().response?.headers ?? new Headers()
  }

  return {
    /** Begins an upload, and returns its URL. */
    async begin(file: Blob, signal: AbortSignal): Promise<string> {
      const headers = { 'upload-length': `${file.size}` }
      const response = await headersOf(endpoint, 'POST', headers, signal)
      return new URL(response.get('location') ?? '', endpoint).href
    },
    /** How many bytes the server has. While offline it waits for the network. */
    async offsetOf(url: string, signal: AbortSignal): Promise<number> {
      return Number((await headersOf(url, 'HEAD', {}, signal)).get('upload-offset'))
    },
  }
}

export interface PartSender {
  readonly offsetOf: (url: string, signal: AbortSignal) => Promise<number>
  readonly sendPart: (overrides: PartOverrides) => Promise<unknown>
  readonly onOffset: (offset: number) => void
}

/** Sends the rest of a file, part after part. After a failure it goes on where the server is. */
export async function sendParts(
  file: Blob,
  url: string,
  signal: AbortSignal,
  { offsetOf, sendPart, onOffset }: PartSender,
): Promise<void> {
  let offset = await offsetOf(url, signal)
  onOffset(offset)
  while (offset < file.size) {
    const body = file.slice(offset, offset + PART)
    try {
      await sendPart({ url, body, headers: { 'upload-offset': `${offset}` }, signal })
      offset += body.size
    } catch (error) {
      if (!canContinue(error)) throw error
      offset = await offsetOf(url, signal)
    }
    onOffset(offset)
  }
}

/** After a lost connection, or with another offset than the server has (409). Not if the upload is gone or paused. */
const canContinue = (error: unknown): boolean =>
  isTautlineError(error, 'http')
    ? error.status === 409
    : ['connect-failed', 'closed', 'timeout'].some((code) => isTautlineError(error) && error.code === code)
