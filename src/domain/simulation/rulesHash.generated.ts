// Made by scripts/rules.ts; do not edit.

/** Content hash of the rules and their tables: 16 hex digits. */
export const rulesHash = '2723e1a4a991db9c'
