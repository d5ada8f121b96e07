import { type Route } from '../http-router.ts'
import { type News, readStreamName } from '../streams/news.ts'

export function newsRoutes(news: News): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/control/news',
      async handle({ body, json }) {
        const fields = await body()
        const stream = readStreamName(fields)
        const headline = fields.text('headline', { min: 1, max: 2_000 })
        fields.nothingElse()
        json({ stream, ...news.publish(stream, headline) }, 201)
      },
    },
  ]
}
