import { useEffect, useState } from 'react'
import { type PageTimes, readTimes } from './times.ts'

/** Opens a page in a new window, and closes it after it has sent its times. */
export function useOpenedPage(getUrl: () => string) {
  const [opened, setOpened] = useState<Window | null>(null)
  const [times, setTimes] = useState<PageTimes>()
  useEffect(() => {
    if (opened === null) return undefined
    const listening = new AbortController()
    const receive = ({ source, data }: MessageEvent): void => {
      const received = source === opened ? readTimes(data) : undefined
      if (received === undefined) return
      setTimes(received)
      opened.close()
    }
    window.addEventListener('message', receive, { signal: listening.signal })
    return () => {
      listening.abort()
      opened.close()
    }
  }, [opened])
  const open = (): void => {
    setTimes(undefined)
    setOpened(window.open(getUrl(), '_blank', 'popup,width=480,height=360'))
  }
  return { open, times, waits: opened !== null && times === undefined }
}
