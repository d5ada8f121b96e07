import type { TransportOption } from '@tautline/core'
import type { LiveOptions } from './live-connection.ts'
import { type Log, type ReceiverKind, createLog } from './receiver.ts'

/** What each of the components passes to its hook. */
export interface ListenerProps {
  /** Called in each render. */
  readonly createTransports: () => readonly TransportOption[]
  /** Called in each render. */
  readonly createOptions: () => LiveOptions
  /** Called with what each render shows. */
  readonly onRender: (transport: string | undefined) => void
}

/** The components of a page. */
interface Listeners {
  /** Stays mounted. */
  readonly staying: ListenerProps
  /** Has the same connection as the one that stays. Is unmounted. */
  readonly sharing: ListenerProps
  /** Has a connection of its own. Is unmounted. */
  readonly continuing: ListenerProps
  /** Has a connection of its own. Is hidden, and keeps its state: `Activity` of React, `KeepAlive` of Vue. */
  readonly returning: ListenerProps
}

/** A page on which all but one component are mounted and unmounted. */
interface Page {
  show(isShown: boolean): void
  unmount(): void
}

/** Mounts the component that stays. */
export type MountPage = (listeners: Listeners) => Page

/** What a component has received since it was mounted, and the last message before and within. */
interface Visit {
  readonly received: readonly number[]
  readonly after: number
  readonly upTo: number
}

/** Lets the framework finish rendering. */
const nextTask = () => new Promise((resolve) => setTimeout(resolve))

/** Splits what a component has received at each mount. */
function createVisits(log: Log, newest: () => number) {
  const starts: { readonly from: number; readonly after: number }[] = []
  const visits: Visit[] = []
  return {
    visits,
    begin: () => void starts.push({ from: log.received.length, after: newest() }),
    end() {
      const start = starts.pop()
      if (!start) return
      visits.push({ received: log.received.slice(start.from), after: start.after, upTo: newest() })
    },
  }
}

/**
 * Receives with the components of a page. Those that do not stay are unmounted and mounted at every 100th message, and
 * each continues with the message that it has to:
 *
 * - one that shares a connection with the message after its mount,
 * - one with a connection of its own after the last message that it has received.
 */
export const components = (
  name: string,
  mountPage: MountPage,
  environment?: LiveOptions['environment'],
): ReceiverKind => ({
  name,
  create({ createTransports }, options) {
    const [staying, sharing, continuing, returning] = [createLog(), createLog(), createLog(), createLog()]
    const visits = createVisits(sharing, () => staying.last)
    let transport: string | undefined
    const listener = (log: Log, own?: () => Partial<LiveOptions>): ListenerProps => ({
      createTransports,
      createOptions: () => ({
        ...options,
        environment: options.environment ?? environment,
        ...log.handlers,
        ...own?.(),
      }),
      onRender() {},
    })
    const show = (isShown: boolean): void => {
      if (isShown) visits.begin()
      else visits.end()
      page.show(isShown)
    }
    const changeEvery100: LiveOptions['onMessage'] = (message) => {
      staying.handlers.onMessage(message)
      // Not while messages are delivered.
      if (message.seq % 100 === 0) setTimeout(() => show(message.seq % 200 === 0))
    }
    const page = mountPage({
      staying: {
        ...listener(staying, () => ({ onMessage: changeEvery100 })),
        onRender: (shown) => void (transport = shown),
      },
      sharing: listener(sharing),
      continuing: listener(continuing, () => ({ key: 'continuing', initialCursor: String(continuing.last) })),
      returning: listener(returning, () => ({ key: 'returning' })),
    })
    show(true)
    return {
      received: staying.received,
      get retries() {
        return staying.retries
      },
      transport: () => transport,
      get complete() {
        return Math.min(staying.last, continuing.last, returning.last)
      },
      async remount() {
        show(false)
        await nextTask()
        show(true)
        await nextTask()
      },
      check(expect, messages, gaps) {
        for (const log of [staying, continuing, returning]) {
          expect(log.received).toEqual(messages)
          expect(log.gaps).toMatchObject(gaps)
        }
        visits.end()
        for (const { received, after, upTo } of visits.visits)
          expect(received).toEqual(messages.filter((seq) => seq > after && seq <= upTo))
        expect(visits.visits.length).toBeGreaterThanOrEqual(10)
        expect(sharing.received.length).toBeGreaterThanOrEqual(100)
        // Nothing while it was unmounted.
        expect(visits.visits.flatMap(({ received }) => received)).toEqual(sharing.received)
        expect(sharing.gaps.length).toBeLessThanOrEqual(gaps.length)
      },
      close: page.unmount,
    }
  },
})
