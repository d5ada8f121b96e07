import type { ComputedRef } from 'vue'
import type {
  ExecuteOptions,
  FetchBindingObserver,
  FetchCommands,
  FetchOverrides,
  FetchSnapshot,
} from '@tautline/core/fetch'
import { toPlainData } from './arguments.ts'
import { lazyRefs } from './lazy-refs.ts'
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

/** A change of these fields always notifies. */
const ALWAYS_NOTIFIED_FIELDS: readonly string[] = ['status', 'data', 'error']
/** A change of these fields alone notifies only if they have been read (docs/decisions/tracked-fields.md). */
const TRACKED_FIELDS = [
  'isFetching',
  'response',
  'progress',
  'staleAt',
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
] as const
const COMMANDS = ['execute', 'refetch', 'abort', 'reset', 'mutate'] as const

const RESULT_NAMES = /* @__PURE__ */ ALWAYS_NOTIFIED_FIELDS.concat(TRACKED_FIELDS, COMMANDS)

/**
 * Creates the result of one request.
 *
 * @param current reads the snapshot that is shown
 * @param readSelect reads the option `select`
 */
export function createFetchResult<Body, Data, Selected>(
  observer: FetchBindingObserver<Body, Data>,
  current: () => FetchSnapshot<Data | undefined>,
  readSelect: () => ((data: Data) => Selected) | undefined,
): FetchResult<Body, Data, Selected> {
  const state = {
    get value() {
      return current()
    },
  }
  const { refetch, abort, reset, mutate } = observer
  const execute = (given?: ExecuteOptions | RefOptions<FetchOverrides>) =>
    observer.execute(
      typeof given === 'function'
        ? (own) => toPlainData(given(own))
        : (toPlainData(given) as FetchOverrides | undefined), // without refs
    )
  const refs = lazyRefs(
    RESULT_NAMES,
    {
      state,
      read(snapshot, field) {
        const select = field === 'data' && snapshot.data !== undefined ? readSelect() : undefined
        return select ? observer.select(select, snapshot.data as Data) : snapshot[field] // the type of this observer's data
      },
      onFirstAccess(field) {
        for (const tracked of TRACKED_FIELDS) if (tracked === field) observer.track(tracked)
      },
    },
    { execute, refetch, abort, reset, mutate },
  )
  return refs as FetchResult<Body, Data, Selected> // without `select`, Selected is Data
}
