import { onTestFinished } from 'vitest'
import type { Driver } from './driver.ts'
import { type Page, createPage } from './page.ts'
import { type Server, mockServer } from './server.ts'

/** For a framework's own tests: a server for the file, and a page for each test, which is checked when the test is over. */
export function pages(driver: Driver): { readonly server: Server; open(): Page } {
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
