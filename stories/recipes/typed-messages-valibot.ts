import { json } from '@tautline/core'
import * as v from 'valibot'

/** Any Standard Schema will do; this one is valibot's. */
export const prices = json(v.object({ symbol: v.string(), price: v.number() }))
