// What the deployed functions are measured against: a plain `node:http` server that makes the same calls to Google Cloud
// and nothing else. It takes FIRESTORE_EMULATOR_HOST, CLOUD_TASKS_EMULATOR_HOST and GOOGLE_CLOUD_PROJECT.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Firestore } from '@google-cloud/firestore';
import { CloudTasksClient } from '@google-cloud/tasks';

const projectId = process.env.GOOGLE_CLOUD_PROJECT;
const documents = new Firestore({ projectId }).collection('bare');
const { hostname, port } = new URL(`http://${process.env.CLOUD_TASKS_EMULATOR_HOST}`);
const auth = {
  getRequestHeaders: async () => new Headers(),
  fetch: (url, init) => fetch(url, init),
};
const tasks = new CloudTasksClient({
  fallback: true,
  protocol: 'http',
  apiEndpoint: hostname,
  port: Number(port),
  auth,
});
const parent = `projects/${projectId}/locations/local/queues/operations`;

/** One read. */
const read = async (id) => {
  const document = await documents.doc(id).get();
  return { status: document.exists ? 200 : 404, body: document.data() ?? {} };
};

/** One create and one task. */
const accept = async ({ text }) => {
  const id = randomUUID();
  await documents.doc(id).create({ text, status: 'queued' });
  const body = Buffer.from(JSON.stringify({ operation_id: id })).toString('base64');
  const httpRequest = { httpMethod: 'POST', url: 'http://127.0.0.1:9/tasks/run', body };
  await tasks.createTask({ parent, task: { name: `${parent}/tasks/${id}`, httpRequest } });
  return { status: 202, body: { job_id: id, status: 'queued' } };
};

/** One read and two writes, each on the version of the one before. */
const work = async ({ operation_id }) => {
  const document = documents.doc(operation_id);
  const { updateTime } = await document.get();
  const { writeTime } = await document.update({ status: 'running' }, { lastUpdateTime: updateTime });
  await document.update({ status: 'succeeded', result: '{}' }, { lastUpdateTime: writeTime });
  return { status: 200, body: { status: 'succeeded' } };
};

const handle = ({ method, url }, body) => {
  if (method === 'GET') return read(url.split('/').at(-1));
  return (url === '/run' ? accept : work)(JSON.parse(body));
};

const server = createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', async () => {
    try {
      const { status, body } = await handle(req, Buffer.concat(chunks).toString());
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      res.writeHead(500).end(String(error));
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(`READY http://127.0.0.1:${server.address().port}`));
