import type { FetchStatus } from '@tautline/core'

export interface UploadState {
  readonly size: number
  readonly sent: number
  readonly isRunning: boolean
  readonly isOffline: boolean
  readonly isComplete: boolean
  readonly error: Error | undefined
  /** How often the request was repeated, if the file is sent in one request. */
  readonly retries?: number
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)

/** What the page says below the bar. */
export function uploadText(state: UploadState): string {
  const { size, sent, isRunning, isOffline, isComplete, error, retries = 0 } = state
  const count = `${megabytes(sent)} of ${megabytes(size)} MB`
  if (isRunning && isOffline) return `${count}. Waiting for the network`
  if (isRunning) return retries > 0 ? `${count}, again from the beginning` : count
  if (isComplete) return `Complete: ${megabytes(size)} MB${retries > 0 ? `, at attempt ${retries + 1}` : ''}`
  if (error !== undefined) return `${count}. ${error.message}`
  return sent > 0 ? `${count}. Paused` : 'Nothing is sent yet'
}

export const pillOf = ({ isRunning, isComplete, error }: UploadState): FetchStatus =>
  isRunning ? 'pending' : isComplete ? 'success' : error === undefined ? 'idle' : 'error'
