import { useEventSource } from '@tautline/react'
import { useEffect } from 'react'

declare function log(text: string): void

export function News() {
  const { data } = useEventSource('/news', {
    onOpen: () => log('open'),
    onClose: ({ error }) => log(error ? 'lost' : 'ended'),
  })
  useEffect(() => () => log('left the page'), [])
  return <p>{data}</p>
}
