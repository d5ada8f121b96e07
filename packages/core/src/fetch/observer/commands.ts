import { TautlineError } from '../../shared/errors.ts'
import { changeCell } from '../cache/optimistic-data.ts'
import type { Folding } from './reduced-data.ts'
import { FetchView, PLACE } from './entry-observer.ts'
import { type AnyFetchOptions, type FetchOverrides, checkFetch, isSafe, merged } from '../options.ts'
import type { Asked } from '../cache/types.ts'
import { PRIVATE, isSameName, isSameSource } from '../request/request-key.ts'
import type { FetchSnapshot, MutateOptions } from '../types.ts'
import { mayDiffer } from '../../connection/identity.ts'
import { isHeld } from '../../observer/members.ts'
import type { UrlOption } from '../../shared/attempt.ts'

/** Asks now, with these options over those of the hook. */
export function execute(view: FetchView, overrides: FetchOverrides = {}): Promise<unknown> {
  const { signal } = overrides
  try {
    // Headers that were changed in place are another user's.
    view.setOptions(view.ownUrl, view.ownOptions)
    if (signal?.aborted) throw new TautlineError('aborted', 'The request was given up', { by: 'user' })
    const url = overrides.url ?? view.ownUrl
    const options = merged(view.ownOptions, overrides)
    checkFetch(options)
    view.noticeLogOut()
    if (isSafe(options) && isHeld(view)) return askApart(url, options, signal)
    // A write is a request of its own each time.
    const name = isSafe(options) ? view.nameOf(url, options) : url ? PRIVATE : undefined
    if (!name) throw new TautlineError('bad-url', 'There is no URL to ask', { url: '' })
    const lead = { url, options, by: view, name }
    if (name === PRIVATE || !isSameName(name, view.name) || !isSameSource(lead, view))
      view.goTo(url, options, name, overrides)
    else if (view.isApart) view.detach()
    return ask(view, lead, signal)
  } catch (error) {
    return quietly(Promise.reject<unknown>(error))
  }
}

/** During a log-out it is not known whose the response is: the promise gives it, and no hook shows it. */
function askApart(
  url: UrlOption,
  { onMessage: _, onError, ...options }: AnyFetchOptions,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const view = new FetchView(url, { ...options, onError }, false)
  view.goTo(url, options, PRIVATE, {})
  return ask(view, { url, options, by: view, name: PRIVATE }, signal)
}

function ask(view: FetchView, lead: Asked, signal: AbortSignal | undefined): Promise<unknown> {
  const entry = view.join()
  if (!entry) return Promise.resolve()
  const { promise, withdraw } = entry.request(view, lead)
  view.changed(false)
  const stop = () => {
    // Others may wait for the same, and the hook may show something else by now.
    const at = withdraw()
    if (at && view.entry === at) abort(view)
    else at?.stopUnwanted()
  }
  signal?.addEventListener('abort', stop)
  const isOver = promise.finally(() => {
    signal?.removeEventListener('abort', stop)
    // Nobody else owns it.
    if (view.isOwned) return
    view.early()
    view.entry?.part(view)
  })
  void quietly(isOver)
  return promise
}

/** Gives the request up. What `execute` has asked for beside the hook's own, and was not answered, is not shown any more. */
export function abort(view: FetchView): void {
  const { entry } = view
  entry?.giveUp(view)
  if (!view.overrides || entry?.kept.exists) return
  view.goBack()
  view.changed(false)
}

/** A rejection that nobody awaits is told by `error` and `onError`. */
function quietly<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {})
  return promise
}

/** Changes the data at once; returns how to take that back. */
export function mutate(view: FetchView, update: unknown, { rollback }: MutateOptions = {}): () => void {
  view.noticeLogOut()
  const change = typeof update === 'function' ? (update as (data: unknown) => unknown) : () => update
  const [stay, undo] = view.folding
    ? refolded(view, view.folding, change)
    : changed(view, change, rollback === undefined)
  rollback?.then(stay, undo)
  return undo
}

function refolded(
  view: FetchView,
  folding: Folding,
  change: (data: unknown) => unknown,
): [stay: () => void, undo: () => void] {
  const undo = folding.change(change)
  view.changed(false)
  return [
    () => {},
    () => {
      undo()
      view.changed(false)
    },
  ]
}

function changed(
  view: FetchView,
  change: (data: unknown) => unknown,
  atOnce: boolean,
): [stay: () => void, undo: () => void] {
  const entry = view.join()
  if (!entry) return [() => {}, () => {}]
  const { codec } = view.options
  const { held, name } = view
  const cell =
    view.cell ??
    held?.cell ??
    entry.kept.cell(codec) ??
    entry.kept.seed(codec, undefined, view.environment.now())
  const { keep, undo } = changeCell(cell, change, view.environment.reportError)
  // What is held for a moment is this hook's alone, and goes with the next response.
  if (cell !== held?.cell) {
    view.cell = cell
    view.sees = true
  }
  if (atOnce) keep()
  // What is on its way may be older than this.
  entry.askAnew(false)
  entry.tell(false)
  if (!view.isOwned) entry.leave(view)
  return [
    () => {
      // An answer that has come meanwhile may know of it, or not.
      const isPart = keep()
      const isGone = view.cell !== cell && isSameName(name, view.name)
      if (!isPart) entry.invalidate(true)
      // The hook has moved to the entry of another user or token, which does not know of the change.
      else if (isGone) view.entry?.invalidate(true)
      entry.tell(false)
    },
    () => {
      undo()
      entry.tell(false)
    },
  ]
}

/** What a render shows that has other arguments than the last commit: nothing of another destination. Undefined: it is the same. */
export function preview(
  view: FetchView,
  url: UrlOption,
  options: AnyFetchOptions,
): FetchSnapshot<unknown> | undefined {
  const isHere = url === view.ownUrl && !mayDiffer(PLACE, view.ownOptions, options)
  if (isHere || isSameName(view.nameOf(url, options), view.ownName)) return undefined
  const next = new FetchView(url, options, true).getSnapshot()
  view.getSnapshot()
  const previous = next.data === undefined ? view.previousFor(options) : undefined
  return previous && !previous.isHidden ? Object.freeze({ ...next, data: previous.data }) : next
}
