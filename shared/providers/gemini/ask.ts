import { jsonOf } from './answer.ts';
import { spentUp } from './budget.ts';
import type { CallOptions, GeminiClient } from './client.ts';
import { CallFault, isFinal, isRepairable, verdict } from './faults.ts';
import type { Job } from './job.ts';
import type { Question } from './question.ts';

/**
 * Asks one model after the other until one gives a usable answer. If an answer is unusable, the same model is asked once
 * more and told what was wrong; then the next model is asked. No call is made beyond the budget.
 * @throws {ProviderRejected | ProviderUnavailable} and, once the signal is aborted, its reason
 */
export async function askModels<T>(
  client: GeminiClient,
  models: readonly string[],
  job: Job<T>,
  options: CallOptions,
): Promise<{ readonly value: T; readonly model: string }> {
  const faults: CallFault[] = [];
  for (const model of models) {
    if (!options.budget.allows(1)) throw spentUp(faults.at(-1));
    const asked = await askTwice(client, model, job, options);
    if (!(asked instanceof CallFault)) return { value: asked.value, model };
    faults.push(asked);
    if (isFinal(asked)) break;
  }
  throw verdict(faults);
}

async function askTwice<T>(
  client: GeminiClient,
  model: string,
  job: Job<T>,
  options: CallOptions,
): Promise<{ readonly value: T } | CallFault> {
  const ask = async (question: Question) => {
    try {
      return { value: await job.read(jsonOf(await client.ask(model, question, options))) };
    } catch (error) {
      if (error instanceof CallFault) return error;
      throw error;
    }
  };
  const first = await ask(job.question);
  if (!(first instanceof CallFault) || !isRepairable(first) || !options.budget.allows(1)) return first;
  return await ask(repaired(job.question, first));
}

const repaired = (question: Question, fault: CallFault): Question => ({
  ...question,
  parts: [
    ...question.parts,
    `An earlier answer could not be used (${fault.message}). Answer again: complete JSON of the schema and nothing else, the 40 most important findings at most.`,
  ],
});
