import './accounts.css'
import { useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { addressesOf } from './mine.ts'
import { ReactAccount } from './react-account.tsx'
import { linesOf, useSeen } from './seen.ts'
import { type Account, type AccountCommands, sameSite, useAccount } from './use-account.ts'
import VueAccount from './VueAccount.vue'

/** In ms. */
const SLOW = 3_000

/** Two users, one after the other, on one page. */
export function Accounts() {
  const server = useServer()
  const origin = sameSite(server.url)
  // A session of its own, so that two tabs do not log each other out.
  const [session] = useState(() => `story-${crypto.randomUUID().slice(0, 8)}`)
  const [at] = useState(() => addressesOf(origin, session))
  const commands = useAccount(origin, session)
  const given = { at, enabled: commands.account.phase === 'user' }
  return (
    <Stage
      title="Accounts"
      lead="The server knows the user by a cookie that no script can read. Logging out is one call, forgetUser(promise): it closes every connection, forgets every response, cursor and unsent message, and lets nothing connect before the promise has settled. So nothing of one user reaches the next."
    >
      <Session {...commands} />
      <div className="pair">
        <ReactAccount {...given} />
        <Vue of={VueAccount} with={given} />
      </div>
      <Server session={session} />
    </Stage>
  )
}

function textOf(account: Account): string {
  switch (account.phase) {
    case 'nobody':
      return 'Nobody is logged in'
    case 'changing':
      return `${account.text} …`
    case 'user':
      return `${account.user} is logged in`
  }
}

function Session({ account, logIn, logOut }: AccountCommands) {
  const [slow, setSlow] = useState(false)
  const isBusy = account.phase === 'changing'
  const user = account.phase === 'user' ? account.user : undefined
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
        onClick={() => void logOut(slow ? SLOW : 0)}
      >
        Log out
      </button>
      <label className="account-slow">
        <input type="checkbox" checked={slow} onChange={({ target }) => setSlow(target.checked)} />
        Logging out takes 3 seconds
      </label>
    </div>
  )
}

function Server({ session }: { readonly session: string }) {
  const seen = useSeen(session)
  const lines = linesOf(seen)
  const openFor = (name: string): number => seen.open.filter(({ user }) => user === name).length
  return (
    <Panel title="What the server saw" detail="the newest first" className="account-server">
      <Figures>
        <Figure name="Open for Ada" value={openFor('Ada')} />
        <Figure name="Open for Bob" value={openFor('Bob')} />
        <Figure
          name="Requests without a user"
          value={seen.log.filter(({ type }) => type === 'refused').length}
        />
      </Figures>
      <ol className="account-log" aria-label="What the server saw, the newest first" tabIndex={0}>
        {lines.length === 0 && <li className="note">Nothing yet: log in.</li>}
        {lines.map(({ number, user, text, times }) => (
          <li key={number} data-user={user}>
            <strong>{user ?? 'nobody'}</strong>
            <span>
              {text}
              {times > 1 && <span className="note"> × {times}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
