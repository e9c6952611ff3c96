// Documents of GraphQL that were parsed before: kept by their text, as many as a bound on all their bytes allows.
// A parsed document takes some hundred bytes a token, so without the bound whoever asks ever new ones would fill the memory.

import type { DocumentNode } from 'graphql'

const BYTES_MAX = 256 * 1024
/** Whoever asks such a document over and over gets it parsed over and over. */
const DOCUMENT_BYTES_MAX = 8 * 1024

type Documents = {
  get(text: string): DocumentNode | undefined
  set(text: string, document: DocumentNode): void
}

/** The least recently used go first. */
export function openDocuments(): Documents {
  const kept = new Map<string, DocumentNode>()
  let bytes = 0
  return {
    get(text) {
      const document = kept.get(text)
      if (!document) return undefined
      kept.delete(text)
      kept.set(text, document)
      return document
    },
    set(text, document) {
      if (text.length > DOCUMENT_BYTES_MAX || kept.has(text)) return
      kept.set(text, document)
      bytes += text.length
      for (const [oldest] of kept) {
        if (bytes <= BYTES_MAX) break
        kept.delete(oldest)
        bytes -= oldest.length
      }
    },
  }
}

/** What does not parse is read again: nobody sends it for long. */
export const noDocuments = { get: () => undefined, set: () => {} }
