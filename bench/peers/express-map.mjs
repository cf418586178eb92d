// The pattern that tutorials publish: accept, run in the background, poll a Map. Nothing survives the process.
import { randomUUID } from 'node:crypto';
import express from 'express';

const app = express();
app.use(express.json());
const jobs = new Map();

app.post('/run', (req, res) => {
  const id = randomUUID();
  jobs.set(id, { status: 'pending' });
  // Nobody waits for it: that is the pattern.
  void run(id, req.body);
  res.status(202).json({ job_id: id });
});

app.get('/jobs/:id', (req, res) => {
  const job = jobs.get(req.params.id);
  if (job === undefined) return res.status(404).json({ error: 'Job not found' });
  return res.json(job);
});

async function run(id, { text }) {
  jobs.set(id, { status: 'running' });
  await undefined;
  jobs.set(id, { status: 'completed', result: { original_text: text, corrected_text: text, issues: [] } });
}

const server = app.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
  console.log(`READY http://127.0.0.1:${server.address().port}`);
});
