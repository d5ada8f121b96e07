import './other-origin.css'
import { TautlineProvider } from '@tautline/react'
import { useMemo, useState, useSyncExternalStore } from 'react'
import { RequestList } from '../requests/request-list.tsx'
import type { RequestLog } from '../requests/request-log.ts'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { type ApiEnvironment, createApiEnvironment } from './api-environment.ts'
import { ReactDashboard } from './react-dashboard.tsx'
import { type Session, createSession } from './session.ts'
import VueDashboard from './VueDashboard.vue'

/** A page whose API is on another origin, with an access token and a refresh token. */
export function OtherOrigin() {
  const { url } = useServer()
  const [environment] = useState(createApiEnvironment)
  const [session] = useState(() => createSession(url, environment.log.fetch))
  const { user } = useSyncExternalStore(session.subscribe, session.getSnapshot)
  return (
    <Stage
      title="API on another origin"
      description="The provider has baseUrl and headers: bearer(…), so each component only names its path. If the access token has expired, all requests get 401, and one of them gets a new token for all. If the API refuses that too, the page logs out and forgets what it has shown."
    >
      <LogInBar session={session} />
      <ServerTools session={session} environment={environment} />
      <Counts log={environment.log} />
      {user === undefined ? (
        <Panel title="No user is logged in">
          <p className="panel-body note">Log in to see five hooks in React and five in Vue.</p>
        </Panel>
      ) : (
        <Dashboards user={user} api={url} session={session} environment={environment} />
      )}
      <Panel title="Requests" detail="the newest first">
        <RequestList
          log={environment.log}
          limit={16}
          format={({ target }) => target.replace(/[?&]delay=.*/, '')}
        />
      </Panel>
    </Stage>
  )
}

function Dashboards(props: {
  readonly user: string
  readonly api: string
  readonly session: Session
  readonly environment: ApiEnvironment
}) {
  const { user, api, session, environment } = props
  const { platform, cache } = environment
  const options = useMemo(
    () => ({ key: user, environment: platform, fetch: { cache, baseUrl: api, headers: session.auth } }),
    [user, api, session, platform, cache],
  )
  return (
    <TautlineProvider options={options}>
      <div className="pair">
        <ReactDashboard />
        <Vue of={VueDashboard} defaults={options} />
      </div>
    </TautlineProvider>
  )
}

function LogInBar({ session }: { readonly session: Session }) {
  const { user, notice } = useSyncExternalStore(session.subscribe, session.getSnapshot)
  return (
    <div className="row">
      {user === undefined ? (
        ['Ada', 'Bob'].map((name) => (
          <button
            key={name}
            className="button"
            data-look="primary"
            onClick={() => void session.logIn(name).catch(() => undefined)}
          >
            Log in as {name}
          </button>
        ))
      ) : (
        <button className="button" data-look="danger" onClick={() => session.logOut()}>
          Log out
        </button>
      )}
      <strong role="status">
        {user === undefined ? (notice ?? 'No user is logged in') : `${user} is logged in`}
      </strong>
    </div>
  )
}

/** What happens at the server: buttons of the story, not of the application. */
function ServerTools(props: { readonly session: Session; readonly environment: ApiEnvironment }) {
  const { session, environment } = props
  const { isRefusing, cache } = environment
  const server = useServer()
  const refuses = useSyncExternalStore(isRefusing.subscribe, isRefusing.getSnapshot)
  const { user } = useSyncExternalStore(session.subscribe, session.getSnapshot)
  const expire = async (): Promise<void> => {
    await server.control('POST', 'token/expire', { token: session.token() })
    cache.invalidate('/account')
  }
  return (
    <div className="row">
      <button className="button" disabled={user === undefined} onClick={() => void expire()}>
        Expire the access token, and refetch
      </button>
      <button
        className="button"
        data-look="fault"
        aria-pressed={refuses}
        onClick={() => isRefusing.set(!refuses)}
      >
        Refuse the refresh token
      </button>
    </div>
  )
}

function Counts({ log }: { readonly log: RequestLog }) {
  const { exchanges } = useSyncExternalStore(log.subscribe, log.getSnapshot)
  const refreshes = exchanges.filter(({ target }) => target.startsWith('/session/refresh'))
  return (
    <Figures>
      <Figure name="Requests of the hooks" value={exchanges.length - refreshes.length} />
      <Figure
        name="Refused with 401"
        value={
          exchanges.filter(({ status, target }) => status === 401 && target.startsWith('/account')).length
        }
      />
      <Figure name="Requests for a token" value={refreshes.length} />
    </Figures>
  )
}
