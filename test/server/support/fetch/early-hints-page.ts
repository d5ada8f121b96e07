/** The resource that the component shows, and that the demo server hints at. */
export const HINTED = '/users?limit=10&cache=max-age%3D60'

export interface Users {
  readonly items: readonly { readonly id: number; readonly name: string }[]
}

export const createMountPoint = (): HTMLElement => document.body.appendChild(document.createElement('main'))
