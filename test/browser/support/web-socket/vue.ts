import { useWebSocket } from '@tautline/vue'
import { type Received, sending } from '../driver.ts'
import { vueDriver } from '../vue-driver.ts'

export const vue = vueDriver(useWebSocket<string, string, Received, Received>, sending)
