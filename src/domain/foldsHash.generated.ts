// Made by scripts/rules.ts; do not edit.

/** Content hash of what folds streams: 16 hex digits. */
export const foldsHash = '114b6028be8e9efa'
