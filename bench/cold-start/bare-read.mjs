// A function that makes one Firestore read and nothing else.
import { Firestore } from '@google-cloud/firestore';
import { http } from '@google-cloud/functions-framework';

const firestore = new Firestore({ projectId: process.env.GOOGLE_CLOUD_PROJECT });

http('bare-read', async (req, res) => {
  const document = await firestore.doc(`operations/${req.path.split('/').at(-1)}`).get();
  res.json({ exists: document.exists });
});
