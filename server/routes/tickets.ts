/** For programs that cannot set headers: a ticket goes in the address, for one path. */
import { CreateTicket } from '../../shared/api.ts'
import { ProblemError } from '../../shared/problems.ts'
import { Ticket } from './answers.ts'
import { takesTicket } from './authenticate.ts'
import type { House } from './house.ts'
import { type Route, route } from './route.ts'

export const ticketRoutes = ({ tickets }: House): Route[] => [
  route(
    'POST',
    '/api/tickets',
    {
      summary: 'A ticket for one path: used within a minute, then good for reconnecting.',
      body: CreateTicket,
      answers: { 201: Ticket },
      secret: true,
    },
    (context, { body }) => {
      // A ticket is for the path; a cursor in the query may change from one connection to the next.
      const path = body.path.split('?', 1)[0] as string
      if (!takesTicket(path))
        throw new ProblemError('invalid_body', 'Tickets are for streams, files and exports.', {
          issues: [{ path: 'path', message: 'No ticket is given for this path.' }],
        })
      return context.json(tickets.create(path, context.get('actor').keyId), 201)
    },
  ),
]
