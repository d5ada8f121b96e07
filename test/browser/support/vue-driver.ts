import { type Ref, type ShallowRef, createApp, h, shallowRef } from 'vue'
import type { UrlOption } from '@tautline/core'
import { type DriverOf, type Shown, createMountPoint } from './driver.ts'

type Refs = { readonly [Field in keyof Shown]: Readonly<Ref<Shown[Field]>> }

/** A component with one hook. `own` adds what tests need of this hook only, from the hook's result. */
export function vueDriver<Options, Result extends Refs, Own extends object>(
  useHook: (url: ShallowRef<UrlOption>, options: Options) => Result,
  own: (newest: () => Result) => Own,
): DriverOf<Options, Own> {
  return {
    name: 'Vue',
    mount(first, options) {
      const { mountPoint, note, seen } = createMountPoint(() => app.unmount())
      const url = shallowRef(first)
      let result: Result
      const app = createApp({
        setup() {
          result = useHook(url, options)
          const { status, data, error, waitingFor } = result
          const shown = () => ({
            status: status.value,
            data: data.value,
            error: error.value,
            waitingFor: waitingFor.value,
          })
          return () => h('output', note(shown()))
        },
      })
      app.mount(mountPoint)
      const setUrl = (next: UrlOption) => void (url.value = next)
      return Object.assign(
        seen,
        { setUrl },
        own(() => result),
      )
    },
  }
}
