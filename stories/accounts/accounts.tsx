import './accounts.css'
import { useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { addressesOf } from './account-hooks.ts'
import { ReactAccount } from './react-account.tsx'
import { entriesOf, useServerLog } from './use-server-log.ts'
import { type Account, type AccountCommands, sameSite, useAccount } from './use-account.ts'
import VueAccount from './VueAccount.vue'

/** The delay of a slow log-out, in ms. */
const SLOW_MS = 3_000

/** Two users log in, one after the other. */
export function Accounts() {
  const server = useServer()
  const origin = sameSite(server.url)
  // A session of its own, so that two tabs do not log each other out.
  const [session] = useState(() => `story-${crypto.randomUUID().slice(0, 8)}`)
  const [at] = useState(() => addressesOf(origin, session))
  const commands = useAccount(origin, session)
  const { account } = commands
  const hookProps = { at, user: account.phase === 'logged-in' ? account.user : undefined }
  return (
    <Stage
      title="Log out and switch users"
      description="The server identifies the user by an HttpOnly cookie. To log out, the page calls forgetUser(promise). It closes every connection, deletes every cached response, cursor and unsent message, and prevents new connections until the promise is settled. Each hook has the user as its key. So no data of one user reaches the next."
    >
      <Session {...commands} />
      <div className="pair">
        <ReactAccount {...hookProps} />
        <Vue of={VueAccount} with={hookProps} />
      </div>
      <ServerPanel session={session} />
    </Stage>
  )
}

function textOf(account: Account): string {
  switch (account.phase) {
    case 'logged-out':
      return 'No user is logged in'
    case 'pending':
      return `${account.text} …`
    case 'logged-in':
      return `${account.user} is logged in`
  }
}

function Session({ account, logIn, logOut }: AccountCommands) {
  const [isSlow, setIsSlow] = useState(false)
  const isBusy = account.phase === 'pending'
  const user = account.phase === 'logged-in' ? account.user : undefined
  return (
    <div className="row account-bar">
      <strong role="status" data-user={user}>
        {textOf(account)}
      </strong>
      {['Ada', 'Bob'].map((name) => (
        <button
          key={name}
          className="button"
          data-look={user === undefined ? 'primary' : undefined}
          disabled={isBusy || user === name}
          onClick={() => void logIn(name)}
        >
          Log in as {name}
        </button>
      ))}
      <button
        className="button"
        data-look={user === undefined ? undefined : 'danger'}
        disabled={user === undefined}
        onClick={() => void logOut(isSlow ? SLOW_MS : 0)}
      >
        Log out
      </button>
      <label className="checkbox-label">
        <input type="checkbox" checked={isSlow} onChange={({ target }) => setIsSlow(target.checked)} />
        Delay the log-out by 3 seconds
      </label>
    </div>
  )
}

/** What the server recorded of this session. */
function ServerPanel({ session }: { readonly session: string }) {
  const serverLog = useServerLog(session)
  const entries = entriesOf(serverLog)
  const openFor = (name: string): number => serverLog.open.filter(({ user }) => user === name).length
  return (
    <Panel title="Server log" detail="the newest first" className="account-server">
      <Figures>
        <Figure name="Open for Ada" value={openFor('Ada')} />
        <Figure name="Open for Bob" value={openFor('Bob')} />
        <Figure
          name="Requests without a user"
          value={serverLog.log.filter(({ type }) => type === 'refused').length}
        />
      </Figures>
      <ol className="account-log" aria-label="Server log, the newest first" tabIndex={0}>
        {entries.length === 0 && <li className="note">Log in to see requests.</li>}
        {entries.map(({ number, user, text, count }) => (
          <li key={number} data-user={user}>
            <strong>{user ?? 'no user'}</strong>
            <span>
              {text}
              {count > 1 && <span className="note"> × {count}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
