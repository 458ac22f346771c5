import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { becomesIdle, embedder, fitsMove, key, model, url } from './live_server.js';

const provider = createOpenAICompatible({
  name: 'ganglion',
  baseURL: `${url}/v1`,
  apiKey: key,
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const chat = provider(model);
const prompt = 'Say something.';

test('text is generated and streamed', async () => {
  const whole = await generateText({ model: chat, prompt, maxOutputTokens: 16, temperature: 0 });
  assert.ok(whole.text.length > 0);
  assert.equal(whole.usage.outputTokens, 16);
  const stream = streamText({ model: chat, prompt, maxOutputTokens: 16, temperature: 0 });
  let text = '';
  for await (const part of stream.textStream) text += part;
  assert.equal(text, whole.text);
  assert.equal((await stream.usage).outputTokens, 16);
});

test('a required tool is called, carried out and answered', async () => {
  const calls = [];
  const result = await generateText({
    model: chat,
    prompt,
    maxOutputTokens: 200,
    toolChoice: 'required',
    stopWhen: stepCountIs(2),
    tools: {
      move: tool({
        description: 'Drives to a place.',
        inputSchema: z.object({
          place: z.enum(['table', 'door', 'dock']),
          speed: z.number().int().min(1).max(9),
        }),
        execute: async (args) => {
          calls.push(args);
          return { arrived: true };
        },
      }),
    },
  });
  assert.equal(calls.length, 2);
  assert.equal(result.steps.length, 2);
  for (const args of calls) assert.ok(fitsMove(args), JSON.stringify(args));
});

test('an object fits its schema', async () => {
  const schema = z.object({ color: z.enum(['red', 'green']), count: z.number().int().min(0).max(5) });
  const { object } = await generateObject({ model: chat, prompt, schema, maxOutputTokens: 200 });
  schema.parse(object);
});

test('a stream that is aborted frees what it held', async () => {
  const controller = new AbortController();
  const stream = streamText({
    model: chat,
    prompt,
    maxOutputTokens: 3000,
    temperature: 1,
    seed: 1,
    abortSignal: controller.signal,
    onError: () => {},
  });
  let parts = 0;
  for await (const part of stream.fullStream) {
    if (part.type === 'text-delta' && ++parts === 3) controller.abort();
  }
  await becomesIdle();
});

test('embeddings', async () => {
  const { embeddings } = await embedMany({
    model: provider.textEmbeddingModel(embedder),
    values: ['red ball', 'blue box'],
  });
  assert.equal(embeddings.length, 2);
});
