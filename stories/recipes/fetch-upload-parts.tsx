import { createFetch, isTautlineError, uploadProgress } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { useRef, useState } from 'react'

const PART = 5_000_000 // a failure costs one part at most
const tus = { 'tus-resumable': '1.0.0' }

/** `execute` returns the body alone. For headers, send the request without a hook, and read its snapshot. */
async function headersOf(url: string, method: string, headers: Record<string, string>, signal: AbortSignal) {
  const request = createFetch(url, { method, headers: { ...tus, ...headers } })
  await request.execute({ signal })
  return request.getSnapshot().response?.headers
}

export function Upload({ file, endpoint }: { readonly file: File; readonly endpoint: string }) {
  const [offset, setOffset] = useState(0)
  const [isRunning, setIsRunning] = useState(false)
  const url = useRef<string>(undefined) // store it beside the file’s name to resume after a reload
  const stop = useRef<AbortController>(undefined)
  const part = useFetch(null, {
    method: 'PATCH', // not retried by itself: the offset has to be read first
    enabled: false,
    upload: uploadProgress(),
    headers: { ...tus, 'content-type': 'application/offset+octet-stream' },
  })

  async function begin(signal: AbortSignal) {
    const headers = await headersOf(endpoint, 'POST', { 'upload-length': `${file.size}` }, signal)
    return new URL(headers?.get('location') ?? '', new URL(endpoint, location.href)).href
  }

  async function sendRest(signal: AbortSignal) {
    const address = (url.current ??= await begin(signal))
    // HEAD waits while offline, and is retried: the upload goes on when the network is back.
    const readOffset = async () =>
      Number((await headersOf(address, 'HEAD', {}, signal))?.get('upload-offset'))
    let at = await readOffset()
    while (at < file.size) {
      const body = file.slice(at, at + PART)
      setOffset(at)
      try {
        await part.execute({ url: address, body, headers: { 'upload-offset': `${at}` }, signal })
        at += body.size
      } catch (error) {
        if (!isTautlineError(error) || error.code === 'aborted') throw error
        if (error.code === 'http' && error.status !== 409) throw error // 409: another offset
        at = await readOffset()
      }
    }
    setOffset(at)
  }

  async function start() {
    const { signal } = (stop.current = new AbortController())
    setIsRunning(true)
    await sendRest(signal).catch(() => undefined) // paused, or failed: the button resumes
    setIsRunning(false)
  }

  const sent = offset + (part.isFetching ? part.progress.sent : 0)
  return (
    <>
      <progress max={file.size} value={sent} />
      {isRunning && <button onClick={() => stop.current?.abort()}>Pause</button>}
      {!isRunning && sent < file.size && <button onClick={() => void start()}>Upload or resume</button>}
    </>
  )
}
