// A function that makes one Firestore create and nothing else.
import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { http } from '@google-cloud/functions-framework';

const firestore = new Firestore({ projectId: process.env.GOOGLE_CLOUD_PROJECT });

http('bare-create', async (req, res) => {
  await firestore.doc(`bare/${randomUUID()}`).create({ text: req.body.text, status: 'queued' });
  res.status(202).json({ status: 'queued' });
});
