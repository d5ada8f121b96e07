import { onTestFinished } from 'vitest'
import type { ConnectionDriver, Driver, PollDriver, SocketDriver, StreamDriver } from './driver.ts'
import { mockConnectionServer } from '../connection/server.ts'
import { mockStreamServer } from '../event-source/server.ts'
import type { Server } from './mock-server.ts'
import { mockPollServer } from '../long-poll/server.ts'
import {
  type ConnectionPage,
  type Page,
  type PollPage,
  type SocketPage,
  type StreamPage,
  createPage,
} from './page.ts'
import { mockSocketServer } from '../web-socket/server.ts'

interface Pages<Some extends { readonly server: Server }> {
  readonly server: Some['server']
  open(): Some
}

/** For tests of one framework: one server per file, and pages that are checked at the end of each test. */
export function socketPages(driver: SocketDriver): Pages<SocketPage> {
  return pages(driver, mockSocketServer())
}

/** The same with a server that streams events. */
export function streamPages(driver: StreamDriver): Pages<StreamPage> {
  return pages(driver, mockStreamServer())
}

/** The same with a server of a log over three transports. */
export function connectionPages(driver: ConnectionDriver): Pages<ConnectionPage> {
  return pages(driver, mockConnectionServer())
}

/** The same with a server that holds requests until there is something new. */
export function pollPages(driver: PollDriver): Pages<PollPage> {
  return pages(driver, mockPollServer())
}

function pages<Options extends object, Own, Serving extends Server>(
  driver: Driver<Options, Own>,
  server: Serving,
): Pages<Page<Options, Own, Serving>> {
  return {
    server,
    open() {
      const page = createPage(driver, server)
      onTestFinished(() => page.end())
      return page
    },
  }
}
