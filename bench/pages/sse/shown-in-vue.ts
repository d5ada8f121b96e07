import { type VNode, h } from 'vue'
import type { Seat } from '../harness.ts'
import type { Story } from './story.ts'

/** What a Vue component renders of a story. */
export function shownInVue(seat: Seat, { count, length, last }: Story): VNode {
  seat.renders++
  seat.heard = count
  seat.folded = length
  return h('span', `${count} ${last}`)
}
