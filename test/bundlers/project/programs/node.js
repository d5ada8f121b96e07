// Writes which build of the packages this Node has: `import` and `require()`.
import { createRequire } from 'node:module'
import * as imported from '@tautline/core'

const required = createRequire(import.meta.url)('@tautline/core')

for (const { createWebSocket } of [imported, required]) {
  try {
    createWebSocket('wss://server.test/').close(1)
  } catch (error) {
    process.stdout.write(`${error.message}\n`)
  }
}
