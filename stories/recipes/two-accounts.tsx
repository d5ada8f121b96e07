import { collect, forgetUser, json } from '@tautline/core'
import { TautlineProvider, useEventSource } from '@tautline/react'

interface Account {
  readonly id: string
  token(signal: AbortSignal): Promise<string>
  endSession(): Promise<void>
}

const options = { codec: json<{ readonly subject: string }>(), reduce: collect({ limit: 50 }) } as const

function Inbox({ account }: { readonly account: Account }) {
  const { data } = useEventSource('/inbox', {
    ...options,
    headers: async ({ signal }) => ({ authorization: `Bearer ${await account.token(signal)}` }),
  })
  return data.map(({ subject }, index) => <p key={index}>{subject}</p>)
}

interface Props {
  readonly accounts: readonly Account[]
  /** Takes the account out of the list, and so its data off the screen. */
  readonly onRemove: (account: Account) => void
}

/**
 * Each account has connections and responses of its own, and one can be logged out while the
 * other stays.
 */
export function Accounts({ accounts, onRemove }: Props) {
  function logOut(account: Account): void {
    onRemove(account)
    void forgetUser(account.endSession(), { key: account.id })
  }
  return accounts.map((account) => (
    <TautlineProvider key={account.id} options={{ key: account.id }}>
      <button onClick={() => logOut(account)}>Log out {account.id}</button>
      <Inbox account={account} />
    </TautlineProvider>
  ))
}
