// The OpenAPI document of REST, made from the schemas that judge what comes in and say what goes out. GET /openapi.json.

import type { Express } from 'express'
import { z } from 'zod'
import { commandTable, isCommandName } from '../../commands/table.ts'
import { defaultLimits } from '../limits.ts'
import { route } from '../routes.ts'
import { CHAT_LINES_MAX } from '../views.ts'
import * as schemas from './schemas.ts'
import { VERSIONS_MAX } from './versions.ts'

/** Whoever asks knows not which planet, so cells are told without their bound. */
const ANY_PLANET = 2048

type Json = Readonly<Record<string, unknown>>

/** Answers may have more than is promised, so schemas are told open: as input. */
const schemaOf = (schema: z.ZodType): Json => {
  const { $schema: _, ...told } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return told
}

const component = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: Json, type = 'application/json') => ({ [type]: { schema } })
const answered = (description: string, schema: Json) => ({ description, content: json(schema) })
const empty = (description: string) => ({ description })

const told: Readonly<Record<number, string>> = {
  400: 'Bad input: `errors` names each field',
  401: 'No token, or one that stands for no account',
  403: 'The mailbox of another player',
  404: 'There is nothing',
  409: 'Refused, or joined before',
  413: 'The body is too large',
  415: 'No JSON in UTF-8 by its type',
  429: 'Too many: wait as Retry-After says',
  500: 'A fault of the server',
  503: 'Not now: send it again, with the same commandId',
}
/** What an answer has beside its body, by its status. */
const headers: Readonly<Record<number, Json>> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string' } } },
  429: { 'Retry-After': { description: 'seconds', schema: { type: 'string' } } },
  503: { 'Retry-After': { description: 'seconds', schema: { type: 'string' } } },
}

/** Beside those named, any request may be bad or one too many, any body too large or none, and any may meet a fault. */
const problems = (...statuses: number[]) =>
  Object.fromEntries(
    [400, 413, 415, 429, ...statuses, 500].map((status) => [
      status,
      {
        description: told[status],
        content: json(component('Problem'), 'application/problem+json'),
        ...(headers[status] ? { headers: headers[status] } : {}),
      },
    ]),
  )

const parameter = (name: string, where: 'path' | 'query', schema: Json, description?: string) => ({
  name,
  in: where,
  required: where === 'path',
  schema,
  ...(description === undefined ? {} : { description }),
})
const text = { type: 'string' }
const whole = (minimum: number, maximum?: number) => ({
  type: 'integer',
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
})
const ofWorld = parameter('world', 'path', text)
const needsToken = { security: [{ token: [] }] }

const commandSchemas = (): Json[] =>
  Object.entries(commandTable).flatMap(([name, { decidedBy, does, input }]) => {
    if (!isCommandName(name) || name === 'JoinPlayer') return []
    const { properties = {}, required = [] } = schemaOf(input(ANY_PLANET)) as {
      properties?: Json
      required?: readonly string[]
    }
    const inWorld = decidedBy !== 'account'
    return [
      {
        title: name,
        description: does,
        type: 'object',
        properties: {
          type: { const: name },
          world: { type: 'string', pattern: '^[a-z0-9]{1,32}$' },
          commandId: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,64}$' },
          ...properties,
        },
        required: ['type', ...(inWorld ? ['world'] : []), ...required],
        additionalProperties: false,
      },
    ]
  })

const messageParameters = [
  parameter('after', 'query', text, 'acknowledges this cursor and reads on from it'),
  parameter('limit', 'query', whole(1, defaultLimits.messagesMax)),
  parameter('world', 'query', text),
]

const joining: Json = {
  '/players': {
    post: {
      summary: 'Join: an account, its token and its mailbox',
      requestBody: { required: true, content: json(component('Join')) },
      responses: {
        201: answered('The token is shown once', component('Joined')),
        ...problems(409, 503),
      },
    },
  },
  '/me': {
    get: {
      ...needsToken,
      summary: 'The account of the token',
      responses: { 200: answered('Who you are', component('Me')), ...problems(401, 503) },
    },
  },
  '/sessions/current': {
    delete: {
      ...needsToken,
      summary: 'Log out: ends the token for ever',
      responses: { 204: empty('It is over'), ...problems(401, 503) },
    },
  },
}

const worldPaths: Json = {
  '/rules': {
    get: {
      summary: 'What can be built and made',
      responses: { 200: answered('The rules', component('Rules')), ...problems() },
    },
  },
  '/worlds': {
    get: { responses: { 200: answered('All worlds', component('Worlds')), ...problems(503) } },
  },
  '/worlds/{world}': {
    get: {
      parameters: [ofWorld],
      responses: { 200: answered('How it runs', component('World')), ...problems(404, 503) },
    },
  },
  '/worlds/{world}/cells/{cell}': {
    get: {
      parameters: [
        ofWorld,
        parameter('cell', 'path', whole(0)),
        parameter('reach', 'query', whole(0, defaultLimits.reachMax)),
      ],
      responses: {
        200: answered('The cell, and those near it', component('Cell')),
        ...problems(404, 503),
      },
    },
  },
  '/worlds/{world}/chunks/{chunk}': {
    get: {
      parameters: [ofWorld, parameter('chunk', 'path', whole(0))],
      responses: {
        200: {
          description: 'Packed cells (docs/chunk-format.md)',
          content: { ...json(component('Chunk')), 'application/octet-stream': {} },
          headers: { 'Orrery-Tick': { description: 'the tick that is told', schema: text } },
        },
        ...problems(404, 503),
      },
    },
  },
  '/worlds/{world}/me': {
    get: {
      ...needsToken,
      parameters: [ofWorld],
      responses: {
        200: answered('The player of the token', component('Player')),
        ...problems(401, 404, 503),
      },
    },
  },
  '/worlds/{world}/me/statistics': {
    get: {
      ...needsToken,
      parameters: [ofWorld],
      responses: {
        200: answered('What one made and used up', component('Statistics')),
        ...problems(401, 404, 503),
      },
    },
  },
  '/worlds/{world}/leaderboard': {
    get: {
      parameters: [ofWorld],
      responses: {
        200: answered('Most packs for the least pollution first', component('Leaderboard')),
        ...problems(404, 503),
      },
    },
  },
  '/worlds/{world}/players': {
    get: {
      parameters: [ofWorld],
      responses: {
        200: answered('Who is in it, or was', component('Players')),
        ...problems(404, 503),
      },
    },
  },
  '/worlds/{world}/presence': {
    get: {
      parameters: [ofWorld],
      responses: {
        200: answered('Who is connected, and where', component('Presence')),
        ...problems(404, 503),
      },
    },
  },
  '/worlds/{world}/chat': {
    get: {
      parameters: [
        ofWorld,
        parameter('after', 'query', whole(0), 'the id of the last line that is known'),
        parameter('limit', 'query', whole(1, CHAT_LINES_MAX)),
      ],
      responses: {
        200: answered('What was said, oldest first', component('Chat')),
        ...problems(404, 503),
      },
    },
  },
  '/worlds/{world}/structures': {
    get: {
      ...needsToken,
      parameters: [ofWorld],
      responses: {
        200: answered('One’s own, with their contents', component('Structures')),
        ...problems(401, 404, 503),
      },
    },
  },
}

const command = component('Command')
const actions = {
  oneOf: [
    command,
    { type: 'array', items: command, minItems: 1, maxItems: defaultLimits.batchMax },
  ],
}

const mailboxPaths: Json = {
  '/mailbox/{id}/actions': {
    post: {
      ...needsToken,
      summary: 'A command, or a batch of them',
      parameters: [parameter('id', 'path', text)],
      requestBody: { required: true, content: json(actions) },
      responses: {
        200: answered('What was decided', {
          anyOf: [component('Answer'), component('BatchAnswers')],
        }),
        ...problems(401, 403, 503),
      },
    },
  },
  '/mailbox/{id}/messages': {
    get: {
      ...needsToken,
      parameters: [parameter('id', 'path', text), ...messageParameters],
      responses: {
        200: answered('What waits', component('Messages')),
        ...problems(401, 403, 503),
      },
    },
  },
  '/poll/{session}': {
    get: {
      ...needsToken,
      summary: 'The same with patience',
      parameters: [parameter('session', 'path', text), ...messageParameters],
      responses: {
        200: answered('What waits, or has come', component('Messages')),
        204: empty('Nothing came'),
        ...problems(401, 403, 503),
      },
    },
  },
}

const ofCommit = parameter('commit', 'path', { type: 'string', pattern: '^[0-9a-f]{7,40}$' })
const versionAnswers = {
  200: {
    description: 'A file as it was, or what was in a folder',
    content: {
      ...json(component('VersionedFolder')),
      'text/plain': {},
      'application/octet-stream': {},
    },
    headers: {
      ETag: { schema: text },
      'Content-Location': { description: 'the same under the whole name', schema: text },
      'Orrery-Commit': { description: 'the whole name of the commit', schema: text },
    },
  },
  304: empty('It is what you have'),
  ...problems(404, 503),
}

const versionPaths: Json = {
  '/versions': {
    get: {
      summary: 'Commits of the code that runs here, the newest first',
      parameters: [
        parameter('path', 'query', text, 'only those that changed what is there'),
        parameter('limit', 'query', whole(1, VERSIONS_MAX)),
      ],
      responses: { 200: answered('Commits', component('Versions')), ...problems(404, 503) },
    },
  },
  '/versions/{commit}': {
    get: {
      summary: 'The top folder of the code at a commit',
      parameters: [ofCommit],
      responses: versionAnswers,
    },
  },
  '/versions/{commit}/{path}': {
    get: {
      summary: 'The code as it was at a commit',
      parameters: [ofCommit, parameter('path', 'path', text, 'slashes and all')],
      responses: versionAnswers,
    },
  },
}

const operatorPaths: Json = {
  '/healthz': {
    get: { responses: { 200: answered('It lives', component('State')), ...problems() } },
  },
  '/readyz': {
    get: {
      parameters: [
        parameter('world', 'query', text, 'Answers 503 as well where this one does not run'),
      ],
      responses: {
        200: answered('The first world runs, and the log answers', component('State')),
        ...problems(404, 503),
      },
    },
  },
  '/openapi.json': {
    get: {
      responses: { 200: answered('This document', { type: 'object' }), ...problems() },
    },
  },
  '/metrics': {
    get: {
      responses: {
        200: { description: 'Prometheus text', content: { 'text/plain': {} } },
        ...problems(),
      },
    },
  },
}

/** The whole document. */
export function openApi(): Json {
  const { JoinPlayer } = commandTable
  const join = schemaOf(JoinPlayer.input(ANY_PLANET)) as { properties: Json }
  const commandId = { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,64}$' }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Orrery',
      version: '1',
      description: 'Persistent factory worlds. Errors are problem details (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: { ...joining, ...worldPaths, ...mailboxPaths, ...versionPaths, ...operatorPaths },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Join: { ...join, properties: { ...join.properties, commandId } },
        Command: { oneOf: commandSchemas() },
        Problem: schemaOf(schemas.problem),
        Joined: schemaOf(schemas.joined),
        Answer: schemaOf(schemas.answer),
        BatchAnswers: schemaOf(schemas.batchAnswers),
        Rules: schemaOf(schemas.rules),
        Worlds: schemaOf(schemas.worlds),
        World: schemaOf(schemas.world),
        Cell: schemaOf(schemas.cell),
        Chunk: schemaOf(schemas.chunk),
        Player: schemaOf(schemas.player),
        Structures: schemaOf(schemas.structures),
        Me: schemaOf(schemas.me),
        Statistics: schemaOf(schemas.statistics),
        Leaderboard: schemaOf(schemas.leaderboard),
        Players: schemaOf(schemas.players),
        Presence: schemaOf(schemas.presence),
        Chat: schemaOf(schemas.chat),
        Messages: schemaOf(schemas.messages),
        State: schemaOf(schemas.state),
        Versions: schemaOf(schemas.versions),
        VersionedFolder: schemaOf(schemas.versionedFolder),
      },
    },
  }
}

export function openApiRoutes(app: Express): void {
  const document = openApi()
  route(app, '/openapi.json', {
    get: (_request, response) => {
      response.json(document)
    },
  })
}
