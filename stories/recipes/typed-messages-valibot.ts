import { json } from '@tautline/core'
import * as v from 'valibot'

/** Any Standard Schema works. This one is from valibot. */
export const prices = json(v.object({ symbol: v.string(), price: v.number() }))
