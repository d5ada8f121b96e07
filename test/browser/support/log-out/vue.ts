import { type ShallowRef, KeepAlive, createApp, defineComponent, h, shallowRef } from 'vue'
import { useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/vue'
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

interface Result {
  shown(): Shown
  readonly send?: (message: string) => string
}

const hooks: Readonly<Record<Way, (given: ShallowRef<Given>, ledger: LeakLedger) => Result>> = {
  socket(given, ledger) {
    const { status, data, send } = useWebSocket(
      () => given.value.url,
      () => socketOptions(given.value, ledger),
    )
    return { shown: () => ({ status: status.value, users: data.value, cursor: undefined }), send }
  },
  events(given, ledger) {
    const { status, data, lastEventId } = useEventSource(
      () => given.value.url,
      () => eventsOptions(given.value, ledger),
    )
    return { shown: () => ({ status: status.value, users: data.value, cursor: lastEventId.value }) }
  },
  poll(given, ledger) {
    const { status, data, cursor } = useLongPoll(
      () => given.value.url,
      () => pollOptions(given.value, ledger),
    )
    return { shown: () => ({ status: status.value, users: data.value, cursor: cursor.value }) }
  },
  profile(given, ledger) {
    const { status, data } = useFetch(
      () => given.value.url,
      () => profileOptions(given.value, ledger),
    )
    return { shown: () => ({ status: status.value, users: data.value ?? [], cursor: undefined }) }
  },
}

export const vue: AccountDriver = {
  name: 'Vue',
  mount(first, ledger) {
    const { mountPoint, note, seen } = createAccountMountPoint(first, ledger, () => app.unmount())
    const given = shallowRef(first)
    const isShown = shallowRef(true)
    let result: Result | undefined
    const Probe = defineComponent(() => {
      const own = hooks[first.way](given, ledger)
      result = own
      return () => h('output', note(own.shown()))
    })
    const app = createApp(() => h(KeepAlive, () => (isShown.value ? h(Probe) : undefined)))
    app.mount(mountPoint)
    return Object.assign(seen, {
      send: (message: string) => result?.send?.(message) ?? 'nothing sends',
      give: (next: Given) => void (given.value = next),
      hide: () => void (isShown.value = false),
      show: () => void (isShown.value = true),
    })
  },
}
