import type { TransportMemory } from '@tautline/core/connection'

/** Remembers the transport for all tabs, not only for this one. */
export const memory: TransportMemory = {
  read() {
    const [name, at] = localStorage.getItem('transport')?.split(' ') ?? []
    return name && at ? { name, at: Number(at) } : undefined
  },
  write(remembered) {
    if (remembered) localStorage.setItem('transport', `${remembered.name} ${remembered.at}`)
    else localStorage.removeItem('transport')
  },
}
