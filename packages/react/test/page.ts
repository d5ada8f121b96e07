import { onTestFinished } from 'vitest'
import { type Page, createPage } from '../../../test/binding-contract/page.ts'
import { type Server, mockServer } from '../../../test/binding-contract/server.ts'
import { driver } from './driver.tsx'

/** A server for a test file, and a page for each of its tests, which is checked when the test is over. */
export function pages(): { readonly server: Server; open(): Page } {
  const server = mockServer()
  return {
    server,
    open() {
      const page = createPage(driver, server)
      onTestFinished(() => page.end())
      return page
    },
  }
}
