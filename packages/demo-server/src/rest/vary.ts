import { jsonResponse } from '../whole-response.ts'
import { readCaching, type RestEndpoint, varyBy } from './rest-endpoint.ts'
import { withEtag } from './validators.ts'

const greetings = { en: 'Hello', de: 'Guten Tag', fr: 'Bonjour' } as const
type Language = keyof typeof greetings

const languages = ['en', 'de', 'fr'] as const satisfies readonly Language[]

/** The supported language for a range. `de-AT` is `de`, and `*` is the first language. */
const languageOf = (range: string): Language | undefined =>
  range === '*' ? languages[0] : languages.find((language) => range.split('-', 1)[0] === language)

/** The preferred language of an `Accept-Language` header (RFC 9110, section 12.5.4). */
function preferred(header: string): Language {
  const ranges = header.split(',').map((part) => {
    const [range = '', weight] = part.split(';').map((piece) => piece.trim().toLowerCase())
    return { range, weight: Number(weight?.replace(/^q=/, '') ?? 1) }
  })
  const [best] = ranges
    .filter(({ range, weight }) => weight > 0 && languageOf(range) !== undefined)
    .toSorted((a, b) => b.weight - a.weight)
  return languageOf(best?.range ?? '*') ?? languages[0]
}

/** Responds in the language of `Accept-Language`, at one address. */
export const createVary = (): RestEndpoint => ({
  path: '/vary',
  methods: ['GET'],
  handle({ request, parameters }) {
    const language = preferred(request.headers['accept-language'] ?? '*')
    const headers = {
      ...readCaching(parameters, 'max-age=60'),
      'Content-Language': language,
      ...varyBy('Accept-Language'),
    }
    return withEtag(jsonResponse({ language, greeting: greetings[language] }, headers))
  },
})
