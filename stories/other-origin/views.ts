import { json } from '@tautline/core'

export interface AccountData {
  readonly subject: string
  readonly plan: string
}

const codec = json<AccountData>()

/** The parts of the page. Each is a component with a hook of its own. */
export const views = ['Profile', 'Orders', 'Invoices', 'Messages', 'Settings'] as const

export const viewOptions = (view: string) => ({ codec, query: { view } })
