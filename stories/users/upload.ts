import { json } from '@tautline/core'

/** What the server says that has arrived. */
export interface Receipt {
  readonly bytes: number
  readonly sha256: string
}

const codec = json<Receipt>()

/** How fast the server reads, in bytes a second. */
const RATE = 3_000_000

export const uploadUrl = (server: string): string => `${server}/uploads?rate=${RATE}`

export const uploadOptions = { method: 'PUT', enabled: false, codec } as const

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)

/** How far it has come, in words. */
export function uploadText(
  sent: number,
  size: number,
  receipt: Receipt | undefined,
  error: Error | undefined,
): string {
  if (error !== undefined) return error.message
  if (receipt !== undefined) return `${megabytes(receipt.bytes)} MB, ${receipt.sha256.slice(0, 8)}`
  if (sent > 0 && sent >= size) return 'All sent, the server is still reading'
  return `${megabytes(Math.min(sent, size))} of ${megabytes(size)} MB`
}
