/** app/api/chat/route.ts: forwards the stream of a language model. The API key stays on the server. */
export async function POST(request: Request): Promise<Response> {
  const { prompt } = (await request.json()) as { readonly prompt: string }
  const upstream = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${process.env['OPENAI_API_KEY']}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      model: 'gpt-4.1-mini',
      stream: true,
      messages: [{ role: 'user', content: prompt }],
    }),
    // When the page closes the stream, the model stops too.
    signal: request.signal,
  })
  return new Response(upstream.body, {
    status: upstream.status,
    headers: {
      'content-type': upstream.headers.get('content-type') ?? 'text/event-stream',
      'cache-control': 'no-store, no-transform', // no proxy compresses the stream, and holds it back
      'x-accel-buffering': 'no', // nor does nginx buffer it
    },
  })
}
