import { Activity, type ComponentType, type ReactNode, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/react'
import type { Given, LeakLedger, Way } from './account.ts'
import {
  type AccountDriver,
  type Shown,
  createAccountMountPoint,
  eventsOptions,
  pollOptions,
  profileOptions,
  socketOptions,
} from './driver.ts'

interface Result extends Shown {
  readonly send?: (message: string) => string
}

interface Props {
  readonly given: Given
  readonly ledger: LeakLedger
  readonly onRender: (result: Result) => string
}

function Socket({ given, ledger, onRender }: Props): ReactNode {
  const { status, data, send } = useWebSocket(given.url, socketOptions(given, ledger))
  return <output>{onRender({ status, users: data, cursor: undefined, send })}</output>
}

function Events({ given, ledger, onRender }: Props): ReactNode {
  const { status, data, lastEventId } = useEventSource(given.url, eventsOptions(given, ledger))
  return <output>{onRender({ status, users: data, cursor: lastEventId })}</output>
}

function Poll({ given, ledger, onRender }: Props): ReactNode {
  const { status, data, cursor } = useLongPoll(given.url, pollOptions(given, ledger))
  return <output>{onRender({ status, users: data, cursor })}</output>
}

function Profile({ given, ledger, onRender }: Props): ReactNode {
  const { status, data = [] } = useFetch(given.url, profileOptions(given, ledger))
  return <output>{onRender({ status, users: data, cursor: undefined })}</output>
}

const probes: Readonly<Record<Way, ComponentType<Props>>> = {
  socket: Socket,
  events: Events,
  poll: Poll,
  profile: Profile,
}

const mountIn =
  (wrap: (probe: ReactNode) => ReactNode): AccountDriver['mount'] =>
  (first, ledger) => {
    const { mountPoint, note, seen } = createAccountMountPoint(first, ledger, () => root.unmount())
    const root = createRoot(mountPoint)
    const Probe = probes[first.way]
    let given = first
    let mode: 'visible' | 'hidden' = 'visible'
    let newest: Result | undefined
    const onRender = (result: Result) => {
      newest = result
      const { status, users, cursor } = result
      return note({ status, users, cursor })
    }
    const render = () =>
      flushSync(() =>
        root.render(
          wrap(
            <Activity mode={mode}>
              <Probe given={given} ledger={ledger} onRender={onRender} />
            </Activity>,
          ),
        ),
      )
    render()
    return Object.assign(seen, {
      send: (message: string) => newest?.send?.(message) ?? 'nothing sends',
      give(next: Given) {
        given = next
        render()
      },
      hide() {
        mode = 'hidden'
        render()
      },
      show() {
        mode = 'visible'
        render()
      },
    })
  }

export const react: AccountDriver = { name: 'React', mount: mountIn((probe) => probe) }
export const strictReact: AccountDriver = {
  name: 'React in StrictMode',
  mount: mountIn((probe) => <StrictMode>{probe}</StrictMode>),
}
