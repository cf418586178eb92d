// The least that an answer costs in Node.js.
import { createServer } from 'node:http';

const server = createServer((_req, res) => res.end('hello'));
server.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
  console.log(`READY http://127.0.0.1:${server.address().port}`);
});
