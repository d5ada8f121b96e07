import ts from 'typescript'

/** Parses a file and calls `visit` for each node in it. If `visit` returns false, the node's children are skipped. */
export function visitNodes(
  file: string,
  text: string,
  visit: (node: ts.Node, source: ts.SourceFile) => boolean | void,
): void {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind)
  const descend = (node: ts.Node): void => {
    if (visit(node, source) !== false) ts.forEachChild(node, descend)
  }
  descend(source)
}
