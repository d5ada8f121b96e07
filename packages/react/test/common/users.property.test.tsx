import { act, render } from '@testing-library/react'
import fc from 'fast-check'
import { useEffect } from 'react'
import { expect, test, vi } from 'vitest'
import {
  type EventSourceResult,
  type FetchResult,
  useEventSource,
  useFetch,
  useLongPoll,
  useWebSocket,
} from '@tautline/react'
import {
  type HookName,
  type Walk,
  type WalkDriver,
  type Wish,
  someHook,
  steps,
  walkAll,
} from '../../../../test/binding-contract/support/users-walk.ts'

/** Of a connection, or of a request, whose commands have other names. */
type Result = EventSourceResult<string> &
  Partial<Pick<FetchResult<string, string>, 'execute' | 'refetch' | 'abort'>>

const REQUEST_COMMANDS = { open: 'refetch', close: 'abort', reconnect: 'execute' } as const

type UseHook = (...given: readonly unknown[]) => Result

interface Props {
  readonly walk: Walk
  readonly hook: HookName
  readonly wish: Wish
  readonly keep: (result: Result) => void
}

/** What comes back is the same for all of them, and what goes in is made for the one that it is. */
function feedOf(given: unknown): (props: Props) => string {
  const useHook = given as UseHook
  return function Feed({ walk, hook, wish, keep }) {
    const { url, options } = walk.argumentsOf(hook, wish)
    const result = useHook(url, options)
    keep(result)
    const { data } = result
    const { user } = wish
    walk.check('render', user, data)
    useEffect(() => {
      walk.check('effect', user, data)
    })
    return `${user}|${data}`
  }
}

const feeds = {
  stream: feedOf(useEventSource),
  poll: feedOf(useLongPoll),
  socket: feedOf(useWebSocket),
  fetch: feedOf(useFetch),
}

const driver: WalkDriver = {
  async act(run) {
    await act(async () => void (await run()))
  },
  mount(walk, hook, wish) {
    let result: Result | undefined
    const Feed = feeds[hook]
    const element = (props: Wish) => (
      <Feed walk={walk} hook={hook} wish={props} keep={(made) => void (result = made)} />
    )
    const { container, rerender, unmount } = render(element(wish))
    return {
      change: (next) => rerender(element(next)),
      unmount,
      command: (name) => void (result?.[REQUEST_COMMANDS[name]] ?? result?.[name])?.(),
      shown: () => container.textContent,
    }
  },
}

test('[identity] whatever is mounted, changed and cut, no component shows or hears what was made for another user', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  let told = 0
  await fc.assert(
    fc.asyncProperty(someHook, steps, async (hook, sequence) => {
      const walk = await walkAll(driver, hook, sequence)
      expect(walk.faults).toEqual([])
      expect(walk.environment.timers).toBe(0)
      told += walk.told
    }),
    { numRuns: 150 },
  )
  expect(told).toBeGreaterThan(100)
}, 60_000)
