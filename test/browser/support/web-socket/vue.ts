import { useWebSocket } from '@tautline/vue'
import { type Heard, sending } from '../driver.ts'
import { vueDriver } from '../vue-driver.ts'

export const vue = vueDriver(useWebSocket<string, string, Heard, Heard>, sending)
