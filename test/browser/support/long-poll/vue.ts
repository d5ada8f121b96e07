import type { Json } from '@tautline/core'
import { useLongPoll } from '@tautline/vue'
import type { Received } from '../driver.ts'
import { vueDriver } from '../vue-driver.ts'

export const vue = vueDriver(useLongPoll<Json, string, Received, Received>, () => ({}))
