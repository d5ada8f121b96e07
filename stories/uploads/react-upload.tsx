import { type Environment, uploadProgress } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { type ReactNode, useRef, useState, useSyncExternalStore } from 'react'
import type { Store } from '../ui/store.ts'
import { StatusPill } from '../ui/status-pill.tsx'
import { createResumable, partOptions, sendParts } from './resumable.ts'
import { type UploadState, pillOf, uploadText } from './upload-text.ts'

export interface UploadProps {
  readonly file: File
  readonly server: string
  readonly environment: Partial<Environment>
  readonly isOnline: Store<boolean>
}

/** Sends the file in parts. Pause, a lost network and a later resume cost one part at most. */
function useResumableUpload({ file, server, environment }: UploadProps) {
  const [resumable] = useState(() => createResumable(`${server}/files`, { environment }))
  const [offset, setOffset] = useState(0)
  const [error, setError] = useState<Error>()
  const [isRunning, setIsRunning] = useState(false)
  const url = useRef<string>(undefined)
  const stopper = useRef<AbortController>(undefined)
  const part = useFetch(null, partOptions)

  async function start(): Promise<void> {
    const { signal } = (stopper.current = new AbortController())
    setIsRunning(true)
    setError(undefined)
    try {
      url.current ??= await resumable.begin(file, signal)
      await sendParts(file, url.current, signal, {
        offsetOf: resumable.offsetOf,
        sendPart: part.execute,
        onOffset: setOffset,
      })
    } catch (thrown) {
      if (!signal.aborted) setError(thrown as Error) // a TautlineError
    }
    setIsRunning(false)
  }
  return {
    // `progress` is that of the part. Between two parts it still has the numbers of the last one.
    sent: offset + (part.isFetching ? part.progress.sent : 0),
    isRunning,
    error,
    start,
    pause: () => stopper.current?.abort(),
  }
}

export function ReactParts(props: UploadProps) {
  const { file, isOnline } = props
  const { sent, isRunning, error, start, pause } = useResumableUpload(props)
  const isOffline = !useSyncExternalStore(isOnline.subscribe, isOnline.getSnapshot)
  const isComplete = sent === file.size && !isRunning
  const state = { size: file.size, sent, isRunning, isOffline, isComplete, error }
  return (
    <UploadPanel title="React" detail="in parts" state={state}>
      {isRunning ? (
        <button className="button" onClick={pause}>
          Pause
        </button>
      ) : (
        <button className="button" data-look="primary" disabled={isComplete} onClick={() => void start()}>
          {sent > 0 && !isComplete ? 'Resume' : 'Upload'}
        </button>
      )}
    </UploadPanel>
  )
}

/** Sends the file in one request. The hook retries it, since PUT may be repeated, but from the first byte. */
export function ReactWhole({ file, server, isOnline }: UploadProps) {
  const [retries, setRetries] = useState(0)
  const { status, error, isFetching, progress, execute, abort } = useFetch(`${server}/uploads`, {
    method: 'PUT',
    enabled: false,
    upload: uploadProgress(),
    onRetry: () => setRetries((count) => count + 1),
  })
  const isOffline = !useSyncExternalStore(isOnline.subscribe, isOnline.getSnapshot)
  const isComplete = status === 'success' && !isFetching
  const { sent } = progress
  const state = { size: file.size, sent, isRunning: isFetching, isOffline, isComplete, error, retries }
  return (
    <UploadPanel title="React" detail="in one request" state={state}>
      {isFetching ? (
        <button className="button" onClick={abort}>
          Cancel
        </button>
      ) : (
        <button className="button" data-look="primary" onClick={() => void execute({ body: file })}>
          Upload
        </button>
      )}
    </UploadPanel>
  )
}

function UploadPanel(props: {
  readonly title: string
  readonly detail: string
  readonly state: UploadState
  readonly children: ReactNode
}) {
  const { title, detail, state, children } = props
  const name = `${title}, ${detail}`
  return (
    <section className="panel" aria-label={name}>
      <header className="panel-head">
        <h2>
          {title} <small>{detail}</small>
        </h2>
        <StatusPill status={pillOf(state)} />
      </header>
      <div className="panel-body upload">
        <progress max={state.size} value={state.sent} aria-label={`Sent by ${name}`} />
        <span role="status">{uploadText(state)}</span>
        <div className="row">{children}</div>
      </div>
    </section>
  )
}
