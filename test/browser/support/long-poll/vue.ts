import type { Json } from '@tautline/core'
import { useLongPoll } from '@tautline/vue'
import type { Heard } from '../driver.ts'
import { vueDriver } from '../vue-driver.ts'

export const vue = vueDriver(useLongPoll<Json, string, Heard, Heard>, () => ({}))
