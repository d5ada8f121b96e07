import { useEventSource } from '@tautline/vue'
import type { Received } from '../driver.ts'
import { vueDriver } from '../vue-driver.ts'

export const vue = vueDriver(useEventSource<string, undefined, Received, Received>, () => ({}))
