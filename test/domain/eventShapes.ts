// The shapes of all events, as the compiler sees src/domain/events.ts: what a log written today looks like.

import { resolve } from 'node:path'
import ts from 'typescript'

/** `string`, `number`, `boolean`, alternatives of texts (`'put' | 'take'`), a list of one shape, or fields; `name?` may be left out. */
export type Shape = string | readonly [Shape] | { readonly [field: string]: Shape }

const file = resolve(import.meta.dirname, '..', '..', 'src', 'domain', 'events.ts')

/** By event type: the shape of its data. */
export function eventShapes(): ReadonlyMap<string, Shape> {
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    types: [],
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)!
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)
  const union = checker.getDeclaredTypeOfSymbol(
    exported.find(({ name }) => name === 'DomainEvent')!,
  )
  const field = (of: ts.Type, name: string) =>
    checker.getTypeOfSymbol(checker.getPropertyOfType(of, name)!)
  const members = union.isUnion() ? union.types : [union]
  return new Map(
    members.map((member) => {
      const type = field(member, 'type')
      if (!type.isStringLiteral()) throw new Error(`an event type is ${checker.typeToString(type)}`)
      return [type.value, shapeOf(checker, field(member, 'data'))]
    }),
  )
}

function shapeOf(checker: ts.TypeChecker, type: ts.Type): Shape {
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference)
    return [shapeOf(checker, element!)]
  }
  if (type.isUnion()) {
    return type.types
      .map((one) => checker.typeToString(one))
      .sort()
      .join(' | ')
  }
  if (!(type.flags & ts.TypeFlags.Object)) return checker.typeToString(type)
  return Object.fromEntries(
    checker.getPropertiesOfType(type).map((property) => {
      const optional = property.flags & ts.SymbolFlags.Optional ? '?' : ''
      return [`${property.name}${optional}`, shapeOf(checker, checker.getTypeOfSymbol(property))]
    }),
  )
}

/** What of a value, as it came from JSON, is not of a shape: each fault with its path. */
export function unlike(shape: Shape, value: unknown, path = 'data'): string[] {
  if (typeof shape === 'string') return isOf(shape, value) ? [] : [`${path} is no ${shape}`]
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((each, index) => unlike(shape[0], each, `${path}[${index}]`))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path} has no fields`]
  const given = new Map(Object.entries(value))
  const faults = Object.entries(shape).flatMap(([name, of]) => {
    const field = name.replace(/\?$/, '')
    const isThere = given.has(field)
    const each = given.get(field)
    given.delete(field)
    if (!isThere) return name.endsWith('?') ? [] : [`${path}.${field} is missing`]
    return unlike(of, each, `${path}.${field}`)
  })
  return [...faults, ...[...given.keys()].map((field) => `${path}.${field} is no field`)]
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape)

const isOf = (shape: string, value: unknown): boolean =>
  shape.includes('"') ? shape.split(' | ').includes(JSON.stringify(value)) : typeof value === shape
