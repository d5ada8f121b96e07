/** One link of a `Link` header. */
interface HeaderLink {
  readonly target: string
  readonly rel: string
}

// A target in angle brackets, and parameters whose values are tokens or quoted strings.
const LINK = /<([^>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s;,"]*))?|\s*;)*)/gs
const PARAMETER = /;\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;,"]*)))?/gs

/** Parses a `Link` header (RFC 8288, appendix B.2). */
function parseLinks(header: string): HeaderLink[] {
  return Array.from(header.matchAll(LINK), ([, target = '', parameters = '']) => {
    const all = Array.from(parameters.matchAll(PARAMETER), ([, name = '', quoted, token = '']) => ({
      name: name.toLowerCase(),
      value: quoted?.replaceAll(/\\(.)/gs, '$1') ?? token,
    }))
    const valueOf = (name: string) => all.find((parameter) => parameter.name === name)?.value
    // A link with `anchor` is about another resource than this page (section 3.2).
    return { target, rel: valueOf('anchor') === undefined ? (valueOf('rel') ?? '') : '' }
  })
}

/** Returns the target of the first link with this relation type, whose letter case does not matter (section 3.3). */
export const findLink = (header: string | null | undefined, rel: string): string | undefined =>
  parseLinks(header ?? '').find((link) => link.rel.toLowerCase().split(/\s+/).includes(rel.toLowerCase()))
    ?.target
