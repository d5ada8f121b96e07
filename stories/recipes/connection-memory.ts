import { createConnection, eventSource, text, webSocket } from '@tautline/core'
import type { TransportMemory } from '@tautline/core/connection'

/** Remembers the transport of one server for all tabs, not only for this one. */
function rememberInAllTabs(name: string): TransportMemory {
  const item = `transport of ${name}`
  return {
    read() {
      const [transport, at] = localStorage.getItem(item)?.split(' ') ?? []
      return transport && at ? { name: transport, at: Number(at) } : undefined
    },
    write(remembered) {
      if (remembered) localStorage.setItem(item, `${remembered.name} ${remembered.at}`)
      else localStorage.removeItem(item)
    },
  }
}

export const live = createConnection([webSocket('/live'), eventSource('/live')], {
  codec: text(),
  remember: rememberInAllTabs('live'),
})
