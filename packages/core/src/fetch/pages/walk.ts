import type { PageRequest } from './page-request.ts'
import type { PageSlot } from './page-slot.ts'

/** A promise of a command. */
export interface PendingCommand {
  readonly promise: Promise<readonly unknown[]>
  resolve(pages: readonly unknown[]): void
  reject(error: unknown): void
}

/** Creates a promise whose rejection never counts as unhandled, since the snapshot has the error. */
export function createPendingCommand(): PendingCommand {
  let resolve: PendingCommand['resolve'] = () => {}
  let reject: PendingCommand['reject'] = () => {}
  const promise = new Promise<readonly unknown[]>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => {})
  return { promise, resolve, reject }
}

/** How a walk starts. */
export interface WalkOptions {
  readonly start: PageRequest
  /** How many pages it fetches. */
  readonly target: number
  /** Pages that need no request. */
  readonly slots?: readonly PageSlot[]
  /** It requests the first page, whatever is cached. */
  readonly isForced?: boolean
  /** It requests all pages. */
  readonly isWhole?: boolean
  /** It requests following pages only if their URLs have changed. */
  readonly isByLinks?: boolean
  /** A command has started it: it requests pages even if the list is disabled. */
  readonly isCommand?: boolean
}

/**
 * The state of one walk from page to page, each by the link of the one before. The list shows its pages when it has
 * fetched as many as are shown.
 */
export class Walk {
  readonly start: PageRequest
  target: number
  slots: readonly PageSlot[]
  isForced: boolean
  isWhole: boolean
  readonly isByLinks: boolean
  isCommand: boolean
  /** The page after the last shown one is wanted too. */
  isNext = false
  /** The page that it waits for. */
  current: PageSlot | undefined
  /** It has started again, because pages had different users. */
  hasRestarted = false
  readonly pending: PendingCommand[] = []
  /** Pages whose responses were requested after it began. */
  readonly refreshed = new Set<PageSlot>()
  /** Pages whose requests were sent before it began, and may be outdated. */
  readonly outdated = new Set<PageSlot>()
  /** Pages whose requests it has waited for: a failed one is not repeated. */
  readonly requested = new Set<PageSlot>()

  constructor({ start, target, slots = [], ...flags }: WalkOptions) {
    this.start = start
    this.target = target
    this.slots = slots
    this.isForced = flags.isForced ?? false
    this.isWhole = flags.isWhole ?? false
    this.isByLinks = flags.isByLinks ?? false
    this.isCommand = flags.isCommand ?? false
  }

  /** Starts again from the first page, and requests all. */
  restart(): void {
    this.slots = []
    this.isForced = this.isWhole = this.hasRestarted = true
    this.refreshed.clear()
    this.requested.clear()
  }

  /** A request for a page has ended with a response. */
  onSettled(slot: PageSlot): void {
    if (!this.outdated.has(slot)) this.refreshed.add(slot)
  }

  /** Whether the current page, which is subscribed to, has to be requested by a command. */
  mustExecute(slot: PageSlot, isFetching: boolean, isSuccess: boolean): boolean {
    if (this.requested.has(slot)) return false
    if (this.outdated.has(slot) || (this.isForced && this.slots.length === 0)) return true
    if (isFetching) return false
    if (this.isWhole && this.slots.length > 0) return !this.refreshed.has(slot)
    return this.isCommand && !isSuccess
  }
}
