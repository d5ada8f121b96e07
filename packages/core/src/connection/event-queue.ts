/**
 * Keeps what happens apart from what is said about it. An event that comes in while another is being committed waits for it;
 * one that a listener causes is committed at once, so that state is always current, but is told after what is being told now:
 * listeners never nest.
 */
export interface EventQueue<QueuedEvent> {
  /** Commits an event, now or after the one that is being committed. */
  dispatch(event: QueuedEvent): void
  /** Runs `task` as if it were an event's: what it posts waits for its end. */
  transact(task: () => void): void
  /** Tells listeners, now or after what is being told. */
  notify(task: () => void): void
  /** Tells without a place in the queue, where nothing is committed or to be told; false: it is not the moment. */
  notifyNow<Message, Extra>(
    listener: (message: Message, extra: Extra) => void,
    message: Message,
    extra: Extra,
  ): boolean
}

/** @param commit takes one event; it does not throw */
export function createEventQueue<QueuedEvent>(commit: (event: QueuedEvent) => void): EventQueue<QueuedEvent> {
  const events: QueuedEvent[] = []
  const notifications: (() => void)[] = []
  let isCommitting = false
  let isNotifying = false

  function transact(task?: () => void): void {
    if (isCommitting) return
    isCommitting = true
    try {
      task?.()
      for (let event = events.shift(); event; event = events.shift()) commit(event)
    } finally {
      isCommitting = false
    }
    flushNotifications()
  }

  function flushNotifications(): void {
    if (isNotifying || isCommitting) return
    isNotifying = true
    try {
      for (let task = notifications.shift(); task; task = notifications.shift()) task()
    } finally {
      isNotifying = false
    }
  }

  return {
    dispatch(event) {
      events.push(event)
      transact()
    },
    transact,
    notify(task) {
      notifications.push(task)
      flushNotifications()
    },
    notifyNow(listener, message, extra) {
      if (isNotifying || isCommitting || notifications.length > 0) return false
      isNotifying = true
      try {
        listener(message, extra)
      } finally {
        isNotifying = false
      }
      if (notifications.length > 0) flushNotifications()
      return true
    },
  }
}
