/**
 * Separates state changes from notifications. An event that is dispatched during a commit waits for its end. An event
 * from a listener is committed at once, so that the state is always current, but its notifications wait until those
 * that are running end. So no listener runs inside another.
 */
export interface EventQueue<QueuedEvent> {
  /** Commits an event, now or after the running commit. */
  dispatch(event: QueuedEvent): void
  /** Runs a task. Events that are dispatched meanwhile wait for its end. */
  transact(task: () => void): void
  /** Runs a task that calls listeners, now or after the running ones. */
  notify(task: () => void): void
  /** Calls the listener at once, without the queue, if nothing is running or queued. Otherwise returns false. */
  notifyNow<Message, Extra>(
    listener: (message: Message, extra: Extra) => void,
    message: Message,
    extra: Extra,
  ): boolean
}

/** @param commit handles one event; must not throw */
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
