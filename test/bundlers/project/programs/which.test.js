// Run by Vitest, with its globals.
import { createWebSocket } from '@tautline/core'

test('Vitest has the development build', () => {
  expect(() => createWebSocket('wss://server.test/').close(1)).toThrow('Use 1000 or 3000 to 4999.')
})
