// The least a function can be: what the framework itself costs.
import { http } from '@google-cloud/functions-framework';

http('hello', (_req, res) => {
  res.send('hello');
});
