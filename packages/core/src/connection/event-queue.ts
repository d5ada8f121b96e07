/**
 * Keeps what happens apart from what is said about it. An event that comes in while another is being committed waits for it;
 * one that a listener causes is committed at once, so that state is always current, but is told after what is being told now:
 * listeners never nest.
 */
export interface Mailbox<Event> {
  /** Commits an event, now or after the one that is being committed. */
  post(event: Event): void
  /** Runs `task` as if it were an event's: what it posts waits for its end. */
  run(task: () => void): void
  /** Tells listeners, now or after what is being told. */
  say(task: () => void): void
  /** Tells without a place in the queue, where nothing is committed or to be told; false: it is not the moment. */
  sayNow<Message, Extra>(
    listener: (message: Message, extra: Extra) => void,
    message: Message,
    extra: Extra,
  ): boolean
}

/** @param commit takes one event; it does not throw */
export function createMailbox<Event>(commit: (event: Event) => void): Mailbox<Event> {
  const events: Event[] = []
  const said: (() => void)[] = []
  let committing = false
  let speaking = false

  function run(task?: () => void): void {
    if (committing) return
    committing = true
    try {
      task?.()
      for (let event = events.shift(); event; event = events.shift()) commit(event)
    } finally {
      committing = false
    }
    speak()
  }

  function speak(): void {
    if (speaking || committing) return
    speaking = true
    try {
      for (let task = said.shift(); task; task = said.shift()) task()
    } finally {
      speaking = false
    }
  }

  return {
    post(event) {
      events.push(event)
      run()
    },
    run,
    say(task) {
      said.push(task)
      speak()
    },
    sayNow(listener, message, extra) {
      if (speaking || committing || said.length > 0) return false
      speaking = true
      try {
        listener(message, extra)
      } finally {
        speaking = false
      }
      if (said.length > 0) speak()
      return true
    },
  }
}
