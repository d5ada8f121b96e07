import type { ComputedRef } from 'vue'
import type {
  ExecuteOptions,
  FetchCommands,
  FetchOverrides,
  FetchSnapshot,
  TrackedField,
} from '@tautline/core/fetch'
import { toPlainData } from './arguments.ts'
import type { ResultKind } from './lazy-refs.ts'
import type { RefOptions } from './reactive-options.ts'

/** The result of `useFetch`: read-only refs of the request's state, which can be destructured, and commands. */
export type FetchResult<Body, Data, Selected = Data, Input = unknown> = {
  readonly [Field in keyof FetchSnapshot<Selected>]: ComputedRef<FetchSnapshot<Selected>[Field]>
} & Omit<FetchCommands<Body, Data>, 'execute'> & {
    /**
     * Sends the request now, whatever is cached, with these options over the hook's own. They may be refs.
     *
     * @see FetchCommands.execute
     */
    readonly execute: (overrides?: ExecuteOptions<Input> | RefOptions<FetchOverrides<Input>>) => Promise<Body>
  }

const TRACKED: readonly TrackedField[] = [
  'isFetching',
  'response',
  'progress',
  'staleAt',
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
]
const COMMANDS: readonly (keyof FetchCommands<unknown, unknown>)[] = ['refetch', 'abort', 'reset', 'mutate']

export const FETCH_KIND: ResultKind<Pick<FetchCommands<unknown, unknown>, 'execute'>> = {
  tracked: TRACKED,
  commands: COMMANDS,
  create: {
    execute:
      ({ execute }) =>
      (given?: ExecuteOptions | RefOptions<FetchOverrides>) =>
        execute(
          typeof given === 'function'
            ? (own) => toPlainData(given(own))
            : (toPlainData(given) as FetchOverrides | undefined), // without refs
        ),
  },
  selectsUndefined: false,
}

/** The names of all fields and commands. */
export const FETCH_NAMES = /* @__PURE__ */ ['status', 'data', 'error', 'execute'].concat(TRACKED, COMMANDS)
