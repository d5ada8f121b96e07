import { json, uploadProgress } from '@tautline/core'

/** The response to an upload: what the server received. */
export interface Receipt {
  readonly bytes: number
  readonly sha256: string
}

const codec = json<Receipt>()

/** How fast the server reads, in bytes per second. */
const RATE = 3_000_000

export const uploadUrl = (server: string): string => `${server}/uploads?rate=${RATE}`

export const uploadOptions = { method: 'PUT', enabled: false, codec, upload: uploadProgress() } as const

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)

/** The progress as text. */
export function uploadText(
  sent: number,
  size: number,
  receipt: Receipt | undefined,
  error: Error | undefined,
): string {
  if (error !== undefined) return error.message
  if (receipt !== undefined) return `${megabytes(receipt.bytes)} MB, ${receipt.sha256.slice(0, 8)}`
  if (sent > 0 && sent >= size) return 'All bytes sent, waiting for the response'
  return `${megabytes(Math.min(sent, size))} of ${megabytes(size)} MB`
}
