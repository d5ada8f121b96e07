import { type VNode, h } from 'vue'
import type { Seat } from '../harness.ts'
import type { Story } from './story.ts'

/** The content of a Vue component. */
export function shownInVue(seat: Seat, { count, length, last }: Story): VNode {
  seat.renders++
  seat.received = count
  seat.folded = length
  return h('span', `${count} ${last}`)
}
