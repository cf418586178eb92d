import { createClient } from '../../client/src/client.ts';
import { Desk } from './desk/desk.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { WritingPage } from './writing-page.ts';

const signIn = new SignIn();
const client = createClient({
  baseUrl: '',
  token: signIn.source,
  async fetch(...request) {
    try {
      const response = await fetch(...request);
      desk.reachable(true);
      return response;
    } catch (error) {
      // An aborted request says nothing about the connection.
      if (error instanceof TypeError) desk.reachable(false);
      throw error;
    }
  },
});
const desk = new Desk(client, signIn);
document.querySelector('#name')?.remove();
document.querySelector('#shell')?.replaceWith(new WritingPage(desk));
