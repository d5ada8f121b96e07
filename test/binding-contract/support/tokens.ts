/** By which a server over HTTP knows its user. */
export const tokenOf = (headers: Headers): string | undefined =>
  headers.get('authorization')?.replace(/^Bearer /, '')

/** The options that say a token in a header. */
export const tokensInHeaders = {
  as: (token: string) => ({ headers: { authorization: `Bearer ${token}` } }),
  by: (give: () => string) => ({ headers: () => ({ authorization: `Bearer ${give()}` }) }),
}

/** Of whom a token is: one that is renewed is of the same user. */
export const userOf = (token: string | undefined): string => /^user-[a-z]+/.exec(token ?? '')?.[0] ?? ''
