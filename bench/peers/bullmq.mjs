// A queue that a Node.js team would pick: BullMQ on Redis, with retries. Redis syncs its file once a second.
import { randomUUID } from 'node:crypto';
import { Job, Queue, Worker } from 'bullmq';
import express from 'express';
import { Redis } from 'ioredis';

const connect = () => new Redis(Number(process.env.REDIS_PORT), '127.0.0.1', { maxRetriesPerRequest: null });
const queue = new Queue('operations', { connection: connect() });
const analyse = async ({ data: { text } }) => ({ original_text: text, corrected_text: text, issues: [] });
new Worker('operations', analyse, { connection: connect(), concurrency: 32 });

const app = express();
app.use(express.json());

app.post('/run', async (req, res) => {
  const id = randomUUID();
  const options = { jobId: id, attempts: 5, backoff: { type: 'exponential', delay: 1000 } };
  await queue.add('run', req.body, options);
  res.status(202).json({ job_id: id });
});

app.get('/jobs/:id', async (req, res) => {
  const job = await Job.fromId(queue, req.params.id);
  if (!job) return res.status(404).json({ error: 'Job not found' });
  const status = job.finishedOn ? (job.failedReason ? 'failed' : 'completed') : 'running';
  return res.json({ status, ...(status === 'completed' && { result: job.returnvalue }) });
});

const server = app.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
  console.log(`READY http://127.0.0.1:${server.address().port}`);
});
