import './users.css'
import { TautlineProvider } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { WireList } from '../wire/wire-list.tsx'
import { createPictures } from './picture.ts'
import { ReactUsers } from './react-users.tsx'
import { type UsersWire, createUsersWire, shortTarget } from './users-wire.ts'
import VueUsers from './VueUsers.vue'

/** One list of people, twice on a page, over one cache. */
export function UsersAdmin() {
  const server = useServer()
  const [wire] = useState(() => createUsersWire(server))
  const [pictures] = useState(createPictures)
  const [defaults] = useState(() => ({ environment: wire.environment, fetch: { cache: wire.cache } }))
  const given = { server: server.url, pictures }
  return (
    <Stage
      title="Users"
      lead="Search while you type: every key asks, the newest answer wins. A save is shown at once, in both panels, and taken back if the server will not have it. Pages that you have seen are there before the server answers."
    >
      <Tools wire={wire} />
      <div className="pair">
        <TautlineProvider options={defaults}>
          <ReactUsers {...given} />
        </TautlineProvider>
        <Vue of={VueUsers} with={given} defaults={defaults} />
      </div>
      <Panel title="Over the line" detail="the newest first">
        <WireList log={wire.log} shown={10} show={shortTarget} />
      </Panel>
    </Stage>
  )
}

function Tools({ wire }: { readonly wire: UsersWire }) {
  const server = useServer()
  const armed = useSyncExternalStore(wire.subscribe, wire.isArmed)
  const [late, setLate] = useState(wire.late)
  const toggleLate = (): void => {
    wire.setLate(!late)
    setLate(!late)
  }
  const reset = async (): Promise<void> => {
    await server.control('POST', 'users/reset')
    wire.cache.invalidate(`${server.url}/users`)
  }
  return (
    <div className="row users-switches">
      <button className="button" aria-pressed={armed} onClick={() => wire.arm(!armed)}>
        Let the next save fail
      </button>
      <button className="button" aria-pressed={late} onClick={toggleLate}>
        Answers are late, each by another time
      </button>
      <button className="button" onClick={() => void reset()}>
        The first 200 users again
      </button>
    </div>
  )
}
