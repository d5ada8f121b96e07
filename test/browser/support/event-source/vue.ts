import { useEventSource } from '@tautline/vue'
import type { Heard } from '../driver.ts'
import { vueDriver } from '../vue-driver.ts'

export const vue = vueDriver(useEventSource<string, undefined, Heard, Heard>, () => ({}))
