import { TautlineError } from '../../shared/errors.ts'
import { throwBadOption } from '../../http/request-options.ts'
import { mutate } from '../observer/commands.ts'
import { noUrlError } from '../request/request-key.ts'
import type { MutateOptions } from '../types.ts'
import { PagesObserver } from './pages-observer.ts'
import type { RefetchPagesOptions } from './types.ts'
import { Walk, createPendingCommand } from './walk.ts'

type Pages = readonly unknown[]

/** An observer of a list with its commands. Each is an own property, since frameworks call it without `this`. */
export class PagesHandle extends PagesObserver {
  fetchNext = (): Promise<Pages> =>
    this.#run((pending) => {
      const { walk } = this
      if (!this.hasLoaded) return this.#loadFirst()
      if (walk) {
        if (!walk.isNext) walk.target++
        walk.isNext = walk.isCommand = true
      } else if (!this.nextRequest) return pending.resolve(this.currentSnapshot().pages)
      // The last refetch has failed: its pages and the next one have to belong together.
      else if (this.isHeld) this.#start({ isForced: true, isWhole: true }, true)
      else this.#start({ slots: this.shown.map(({ slot }) => slot) }, true)
    })

  fetchPrevious = (): Promise<Pages> =>
    this.#run((pending) => {
      if (!this.hasLoaded) return this.#loadFirst()
      if (!this.previousRequest) return pending.resolve(this.currentSnapshot().pages)
      this.previousPending.push(pending)
    })

  refetch = ({ pages }: RefetchPagesOptions = {}): Promise<Pages> =>
    this.#run(() => {
      const { walk } = this
      const isByLinks = pages === 'first' && walk?.isWhole !== true
      this.#start({ isForced: true, isWhole: !isByLinks, isByLinks }, walk?.isNext === true)
      for (const slot of this.slots.values())
        if (slot.isSubscribed && slot.isFetching) this.walk?.outdated.add(slot)
    })

  abort = (): void => {
    this.abortAll('user')
    this.notify(false)
  }

  mutate = (update: unknown, { rollback }: MutateOptions = {}): (() => void) => {
    this.forgetIfLoggedOut()
    this.restore()
    const { shown } = this
    const before = shown.map(({ data }) => data)
    const change = (typeof update === 'function' ? update : () => update) as (pages: Pages) => Pages // by its type
    const after = change(before)
    if (!Array.isArray(after) || after.length !== before.length)
      throwBadOption('update', 'must return as many pages as it gets: change the items in the pages')
    const changePage = (index: number) => (page: unknown) =>
      change(before.map((other, at) => (at === index ? page : other)))[index]
    const undoPages = shown.flatMap(({ slot }, index) =>
      typeof update === 'function' || after[index] !== before[index]
        ? mutate(slot.observer, changePage(index), { rollback })
        : [],
    )
    this.#showChange(before, after)
    const undo = () => {
      for (const undoPage of undoPages) undoPage()
      this.#showChange(after, before)
    }
    rollback?.then(undefined, () => this.#showChange(after, before))
    return undo
  }

  /** Shows a change at once, also while a walk under way holds the pages from before. */
  #showChange(before: Pages, after: Pages): void {
    this.shown = this.shown.map((page) => {
      const index = before.indexOf(page.data)
      return index < 0 ? page : { ...page, data: after[index] }
    })
    this.updateShown()
    this.notify(false)
  }

  #loadFirst(): void {
    const { walk } = this
    if (!walk) this.#start({}, false)
    else walk.isCommand = true
  }

  /** Starts a walk for a command. */
  #start(options: Partial<ConstructorParameters<typeof Walk>[0]>, isNext: boolean): void {
    const target = Math.max(this.shown.length, this.rememberedCount) + (isNext ? 1 : 0)
    const walk = new Walk({ start: this.startRequest, target, isCommand: true, ...options })
    walk.isNext = isNext
    this.replaceWalk(walk)
  }

  /** Runs a command and returns its promise. */
  #run(command: (pending: ReturnType<typeof createPendingCommand>) => void): Promise<Pages> {
    const pending = createPendingCommand()
    this.executedAt = this.environment.now()
    this.forgetIfLoggedOut()
    this.restore()
    if (!this.key) pending.reject(noUrlError())
    else if (this.isPaused)
      pending.reject(new TautlineError('aborted', 'The user is logging out', { by: 'user' }))
    else {
      command(pending)
      const { walk } = this
      // A walk that waits for nothing, for example without a URL, sends its request again.
      if (walk?.current?.isFetching === false) walk.requested.clear()
      if (this.previousPending.at(-1) !== pending) walk?.pending.push(pending)
      this.advance()
      this.notify(false)
    }
    return pending.promise
  }
}
