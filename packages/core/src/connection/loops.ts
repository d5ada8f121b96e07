/** The `for await` loops of one client, and its other listeners. */
export interface Loops {
  /** Undefined if a loop has read everything, or if there are other listeners; else resolves when that may have changed. */
  hold(): Promise<void> | undefined
  /** Adds a loop; returns a function that removes it. */
  add(countUnread: () => number): () => void
  /** Counts a listener that is no loop; returns the function that removes it. */
  addOther(remove: () => void): () => void
  /** Called when a loop has read everything. */
  onRead(): void
}

/** Creates the list of the loops of one client. */
export function createLoops(): Loops {
  const loops = new Set<() => number>()
  const others = new Set<unknown>()
  let held: Promise<void> | undefined
  let release = () => {}
  function onRead(): void {
    held = undefined
    release()
  }
  return {
    hold() {
      if (others.size > 0 || loops.size === 0 || [...loops].some((countUnread) => countUnread() === 0))
        return undefined
      return (held ??= new Promise((resolve) => (release = resolve)))
    },
    add(countUnread) {
      loops.add(countUnread)
      onRead()
      return () => {
        loops.delete(countUnread)
        onRead()
      }
    },
    addOther(remove) {
      others.add(remove)
      onRead()
      return () => {
        others.delete(remove)
        remove()
      }
    },
    onRead,
  }
}
