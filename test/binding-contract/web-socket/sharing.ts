import { json, pings } from '@tautline/core'
import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import type { SocketScenario } from '../support/scenario.ts'

const components = [0, 1, 2]

export const sharing: readonly SocketScenario[] = [
  {
    name: '[sharing] components share one decode and one heartbeat',
    async run(page) {
      let decoded = 0
      const plain = json()
      const codec = {
        ...plain,
        decode(raw: string | ArrayBuffer | Blob) {
          decoded++
          return plain.decode(raw)
        },
      }
      const options = { codec, reduce: collected(), heartbeat: pings({ interval: 1000, timeout: 60_000 }) }
      const all = components.map(() => page.mount('/shared', options))
      await page.until(() => expect(all.map(({ shown }) => shown.status)).toEqual(['open', 'open', 'open']))
      page.server.peer.send('1', '2')
      await page.until(() =>
        expect(all.map(({ shown }) => shown.data)).toEqual([
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
      )
      expect(decoded).toBe(2)
      await page.advance(1000)
      expect(page.server.peer.received).toEqual(['ping'])
    },
  },
]
