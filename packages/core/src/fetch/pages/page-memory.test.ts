import { expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import { byCursor, createListServer, mountPages } from '../../../test/fetch/pages-harness.ts'

test.each([
  [100, 2],
  [101, 1],
])(
  '[pages-return] of %i lists of a cache that were left, the first comes back with %i pages',
  async (count, size) => {
    const environment = createEnvironment()
    const server = createListServer(environment)
    const options = { ...byCursor, maxAge: 1e9 }
    for (let index = 0; index < count; index++) {
      const { observer, leave } = mountPages(environment, `/items?list=${index}`, options)
      await server.settle()
      void observer.fetchNext()
      await server.settle()
      leave()
      await environment.advance(0)
    }
    expect(mountPages(environment, '/items?list=0', options).first.pages).toHaveLength(size)
  },
)
