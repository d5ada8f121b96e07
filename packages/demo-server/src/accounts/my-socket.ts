import { type Endpoint } from '../endpoint.ts'
import { type Fields } from '../input.ts'
import { type Accounts } from './accounts.ts'

/** Reads the interval between new items, in ms. @throws Problem */
export const readEvery = (parameters: Fields): number =>
  parameters.integer('every', { min: 20, max: 600_000 }, 300)

/** A WebSocket that counts, and echoes what it receives. Each message names its user. */
export const createMySocket = (accounts: Accounts): Endpoint => ({
  name: 'mine',
  path: '/mine/socket',
  admit(caller) {
    const every = readEvery(caller.parameters)
    const { user, begin, received } = accounts.admit(caller, 'socket')
    return {
      connected(connection) {
        let number = 0
        const tick = (): void => void connection.sendJson({ user, number: (number += 1) })
        const timer = setInterval(tick, every)
        const end = begin()
        connection.onMessage((message) => {
          if (message.kind !== 'text') return
          received(message.text)
          connection.sendJson({ user, echo: message.text })
        })
        connection.onClosed(() => {
          clearInterval(timer)
          end()
        })
        tick()
      },
    }
  },
})
