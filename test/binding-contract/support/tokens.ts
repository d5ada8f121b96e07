/** The token of a request, which identifies its user. */
export const tokenOf = (headers: Headers): string | undefined =>
  headers.get('authorization')?.replace(/^Bearer /, '')

/** Options that send a token in a header. */
export const tokensInHeaders = {
  as: (token: string) => ({ headers: { authorization: `Bearer ${token}` } }),
  by: (give: () => string) => ({ headers: () => ({ authorization: `Bearer ${give()}` }) }),
}

/** The user of a token: a renewed token has the same user. */
export const userOf = (token: string | undefined): string => /^user-[a-z]+/.exec(token ?? '')?.[0] ?? ''
