import { render } from '@testing-library/vue'
import { defineComponent, nextTick, shallowRef } from 'vue'
import {
  type EventSourceResult,
  type FetchResult,
  useConnection,
  useEventSource,
  useFetch,
  useLongPoll,
  useWebSocket,
} from '@tautline/vue'
import { testUserIsolation } from '../../../../test/binding-contract/common/users-property.ts'
import type { HookName, WalkDriver } from '../../../../test/binding-contract/support/users-walk.ts'

/** The commands of a connection, or those of a request. */
type Result = EventSourceResult<string> &
  Partial<Pick<FetchResult<string, string>, 'execute' | 'refetch' | 'abort'>>

const REQUEST_COMMANDS = { open: 'refetch', close: 'abort', reconnect: 'execute' } as const

type UseHook = (...given: readonly (() => unknown)[]) => Result

/** All hooks have these results in common; the walk makes the arguments for each. */
const hooks = {
  stream: useEventSource,
  poll: useLongPoll,
  socket: useWebSocket,
  fetch: useFetch,
  connection: useConnection,
} as unknown as Record<HookName, UseHook>

const driver: WalkDriver = {
  async act(run) {
    await run()
    await nextTick()
  },
  mount(walk, hook, first) {
    const setup = shallowRef(first)
    let result: Result | undefined
    const Feed = defineComponent(() => {
      const made = hooks[hook](
        () => walk.argumentsOf(hook, setup.value).url,
        () => walk.argumentsOf(hook, setup.value).options,
      )
      result = made
      return () => {
        walk.check('render', setup.value.user, made.data.value)
        return `${setup.value.user}|${made.data.value}`
      }
    })
    const { container, unmount } = render(Feed)
    return {
      change(next) {
        setup.value = { ...next }
        // Also before the next render.
        walk.check('ref', next.user, result?.data.value ?? '')
      },
      unmount,
      command: (name) => void (result?.[REQUEST_COMMANDS[name]] ?? result?.[name])?.(),
      shown: () => container.textContent ?? '',
    }
  },
}

testUserIsolation(driver)
