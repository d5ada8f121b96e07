import type { ComponentType } from 'react'
import { createRoot } from 'react-dom/client'
import { offerPlayer } from './player.ts'

export interface ReadProps {
  readonly url: string
  readonly onData: (data: string) => void
}

/** Makes a React component that reads a stream available to the driver. */
export function offerReader(Read: ComponentType<ReadProps>): void {
  offerPlayer((url, onData) => {
    const root = createRoot(document.body.appendChild(document.createElement('main')))
    root.render(<Read url={url} onData={onData} />)
    return () => root.unmount()
  })
}
