import { act, render } from '@testing-library/react'
import { useEffect } from 'react'
import {
  type EventSourceResult,
  type FetchResult,
  useConnection,
  useEventSource,
  useFetch,
  useLongPoll,
  useWebSocket,
} from '@tautline/react'
import { testUserIsolation } from '../../../../test/binding-contract/common/users-property.ts'
import type {
  HookName,
  Walk,
  WalkDriver,
  Setup,
} from '../../../../test/binding-contract/support/users-walk.ts'

/** The commands of a connection, or those of a request. */
type Result = EventSourceResult<string> &
  Partial<Pick<FetchResult<string, string>, 'execute' | 'refetch' | 'abort'>>

const REQUEST_COMMANDS = { open: 'refetch', close: 'abort', reconnect: 'execute' } as const

type UseHook = (...given: readonly unknown[]) => Result

interface Props {
  readonly walk: Walk
  readonly hook: HookName
  readonly setup: Setup
  readonly keep: (result: Result) => void
}

/** All hooks have these results in common; the walk makes the arguments for each. */
function feedOf(given: unknown): (props: Props) => string {
  const useHook = given as UseHook
  return function Feed({ walk, hook, setup, keep }) {
    const { url, options } = walk.argumentsOf(hook, setup)
    const result = useHook(url, options)
    keep(result)
    const { data } = result
    const { user } = setup
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
  connection: feedOf(useConnection),
}

const driver: WalkDriver = {
  async act(run) {
    await act(async () => void (await run()))
  },
  mount(walk, hook, setup) {
    let result: Result | undefined
    const Feed = feeds[hook]
    const element = (props: Setup) => (
      <Feed walk={walk} hook={hook} setup={props} keep={(made) => void (result = made)} />
    )
    const { container, rerender, unmount } = render(element(setup))
    return {
      change: (next) => rerender(element(next)),
      unmount,
      command: (name) => void (result?.[REQUEST_COMMANDS[name]] ?? result?.[name])?.(),
      shown: () => container.textContent,
    }
  },
}

testUserIsolation(driver)
