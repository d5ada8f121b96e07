import type { ComponentType } from 'react'
import { createRoot } from 'react-dom/client'
import { offerPlayer } from './player.ts'

export interface ReadProps {
  readonly url: string
  readonly hear: (data: string) => void
}

/** Offers a React component that reads a stream. */
export function offerReader(Read: ComponentType<ReadProps>): void {
  offerPlayer((url, hear) => {
    const root = createRoot(document.body.appendChild(document.createElement('main')))
    root.render(<Read url={url} hear={hear} />)
    return () => root.unmount()
  })
}
