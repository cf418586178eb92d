import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../desk/desk.ts';
import { icons } from '../icons.ts';
import { FirebaseRefusal } from '../sign-in/firebase.ts';

/** Where the user signs in with a password, or pastes a token. */
export function signInForm(desk: Desk): TemplateResult {
  const { words, way, signInFailure } = desk;
  return html`
    <header>
      <h2>${words.signIn}</h2>
      <button class="icon-button" aria-label=${words.close} @click=${() => desk.open(undefined)}>
        ${icons.close}
      </button>
    </header>
    <p>${words.signInWhy}</p>
    ${signInFailure === undefined ? nothing : html`<p class="stale" role="alert">${icons.warning}<span>${signInFailure}</span></p>`}
    ${
      way === 'firebase'
        ? html`<form @submit=${(event: SubmitEvent) => void byPassword(desk, event)}>
              <label>${words.email}<input name="email" type="email" autocomplete="username" required /></label>
              <label>
                ${words.password}
                <input name="password" type="password" autocomplete="current-password" required />
              </label>
              <button class="primary">${words.signIn}</button>
            </form>
            <p class="or">${words.orToken}</p>`
        : nothing
    }
    <form @submit=${(event: SubmitEvent) => byToken(desk, event)}>
      <label>
        ${words.tokenField}
        <textarea name="token" rows="3" lang="en" spellcheck="false" autocomplete="off" required></textarea>
      </label>
      <p class="note">${words.tokenNote}</p>
      <button class=${way === 'firebase' ? 'secondary' : 'primary'}>${words.useToken}</button>
    </form>
  `;
}

async function byPassword(desk: Desk, event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const given = new FormData(event.target as HTMLFormElement);
  try {
    await desk.signIn.withPassword(String(given.get('email')), String(given.get('password')));
    desk.signedIn();
  } catch (error) {
    const wrong = error instanceof FirebaseRefusal && /CREDENTIALS|PASSWORD|EMAIL/.test(error.message);
    desk.set('signInFailure', wrong ? desk.words.wrongPassword : desk.words.signInFailed);
  }
}

function byToken(desk: Desk, event: SubmitEvent): void {
  event.preventDefault();
  desk.signIn.useToken(String(new FormData(event.target as HTMLFormElement).get('token')));
  desk.signedIn();
}
