import type { Exchange } from '../api/openapi.ts'

export declare function hearExchanges(tell: (exchange: Exchange) => void): void
