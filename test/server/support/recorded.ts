import type {
  ClosedEvent,
  GiveUpEvent,
  MessageInfo,
  Observer,
  OpenInfo,
  RetryEvent,
  Status,
} from '@tautline/core'

/** A client with a record of everything that it has emitted. */
export interface Recorded<Incoming, Client> {
  readonly client: Client
  /** Each status, in order. */
  readonly statuses: readonly Status[]
  readonly messages: readonly Incoming[]
  /** The protocol's information on each message. */
  readonly infos: readonly MessageInfo[]
  readonly errors: readonly Error[]
  readonly opens: readonly OpenInfo[]
  readonly closes: readonly ClosedEvent[]
  readonly retries: readonly RetryEvent[]
  readonly givenUp: readonly GiveUpEvent[]
  /** Resolves when the condition is true. Checks it after each event of the client. */
  until(reached: (connection: Recorded<Incoming, Client>) => boolean): Promise<void>
}

/** Records what a client emits from now on. */
export function record<Incoming, Client extends Pick<Observer<Incoming>, 'on'>>(
  client: Client,
): Recorded<Incoming, Client> {
  const looks = new Set<() => void>()
  const look = () => {
    for (const each of looks) each()
  }
  const lists = {
    statuses: [] as Status[],
    messages: [] as Incoming[],
    infos: [] as MessageInfo[],
    errors: [] as Error[],
    opens: [] as OpenInfo[],
    closes: [] as ClosedEvent[],
    retries: [] as RetryEvent[],
    givenUp: [] as GiveUpEvent[],
  }
  const connection: Recorded<Incoming, Client> = {
    client,
    ...lists,
    until: (reached) =>
      new Promise((resolve) => {
        const each = () => {
          if (!reached(connection)) return
          looks.delete(each)
          resolve()
        }
        looks.add(each)
        each()
      }),
  }
  const keep =
    <Value>(list: Value[]) =>
    (value: Value) => {
      list.push(value)
      look()
    }
  client.on('transition', ({ from, to }) => {
    if (to.status !== from.status) lists.statuses.push(to.status)
    look()
  })
  client.on('message', (message, info) => {
    lists.infos.push(info)
    keep(lists.messages)(message)
  })
  client.on('error', keep(lists.errors))
  client.on('open', keep(lists.opens))
  client.on('close', keep(lists.closes))
  client.on('retry', keep(lists.retries))
  client.on('give-up', keep(lists.givenUp))
  return connection
}
