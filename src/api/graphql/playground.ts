// The playground at /graphql in a browser, with examples that run as they stand on a fresh server.

import type { GraphiQLOptions } from 'graphql-yoga'

export const defaultQuery = `# Orrery. Press play; choose an operation if it asks for one.
#
# To act, join first, then put the token under "Headers" (HTTP) – it is shown once:
#   { "Authorization": "Bearer …" }

query Worlds {
  # Of a server with more worlds, the next are those after the last: worlds(limit: 20, after: "…")
  worlds(limit: 20) {
    id
    n
    cellCount
    status {
      state
      tick
      upsMeasured
      hash
    }
    players {
      name
      cell
    }
  }
}

query CellsNear {
  world(id: "first") {
    cellsNear(id: 0, reach: 2) {
      cell
      terrain
      deposit
      amount
      neighbours
    }
  }
}

query Rules {
  rules {
    recipes {
      name
      inputs {
        item
        count
      }
    }
    prototypes {
      name
      description
    }
  }
}

mutation Join {
  joinPlayer(name: "Ada") {
    ... on Joined {
      account
      token
    }
    ... on Refused {
      refused
      detail
    }
    ... on Invalid {
      faults {
        field
        detail
      }
    }
  }
}

# From here on with the token of Join.

mutation Enter {
  enterWorld(world: "first") {
    ... on Entered {
      landing
    }
    ... on Refused {
      refused
      detail
    }
  }
}

mutation Claim {
  claimMany(world: "first", cells: [3]) {
    ... on Accepted {
      position
    }
    ... on Refused {
      refused
      detail
    }
  }
}

query Mine {
  me {
    name
    mailbox
  }
  world(id: "first") {
    me {
      cell
      claims
      inventory {
        item
        count
      }
    }
  }
}

subscription MyOutcomes {
  mine(world: "first") {
    __typename
    ... on PlayerView {
      cell
    }
    ... on Outcome {
      order
      done
      asked
      reason
    }
  }
}

# Without a token again.

subscription Status {
  status(world: "first") {
    tick
    hash
    hashTick
  }
}
`

export const playground: GraphiQLOptions = {
  title: 'Orrery playground',
  defaultQuery,
  // Server-sent events carry the Authorization header that the playground sends; a WebSocket would not.
  subscriptionsProtocol: 'SSE',
  shouldPersistHeaders: false,
}
