// Made by scripts/rules.ts; do not edit.

/** Content hash of the rules and their tables: 16 hex digits. */
export const rulesHash = 'bf05ab2493c47afc'
