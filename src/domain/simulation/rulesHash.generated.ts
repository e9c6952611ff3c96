// Made by scripts/rules.ts; do not edit.

/** Content hash of the rules and their tables: 16 hex digits. */
export const rulesHash = 'b0bd56c91e30f0eb'
