import { findTable } from './tables.ts'

/** What the search finds of a page: its text and the rows of its tables, but not its code. */
export function searchText(text: string): string {
  return text
    .replaceAll(/^```[^]*?^```$/gm, '')
    .replaceAll(/^<<< .*$/gm, '')
    .replaceAll(/^::: code-group$[^]*?^:::$/gm, '')
    .replaceAll(/<ApiTable [^>]*of="(\w+)"[^>]*\/>/g, (_, name: string) =>
      Object.entries(findTable(name))
        .map(([name, row]) => `- \`${name}\`: ${row.text.replaceAll('<', '&lt;')}`)
        .join('\n'),
    )
}
