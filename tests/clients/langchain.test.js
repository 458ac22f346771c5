import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { z } from 'zod';
import { becomesIdle, embedder, endToken, fitsMove, key, model, url } from './live_server.js';

const configuration = { baseURL: `${url}/v1` };
const make = (more) =>
  new ChatOpenAI({ model, apiKey: key, configuration, maxRetries: 0, temperature: 0, ...more });

test('a model is invoked and streamed', async () => {
  const chat = make({ maxTokens: 16 });
  const whole = await chat.invoke('Say something.');
  assert.ok(whole.content.length > 0);
  assert.equal(whole.usage_metadata.output_tokens, 16);
  let text = '';
  for await (const chunk of await chat.stream('Say something.')) text += chunk.content;
  assert.equal(text, whole.content);
});

test('a bound tool is called, and its result goes back', async () => {
  const move = tool(async () => 'arrived', {
    name: 'move',
    description: 'Drives to a place.',
    schema: z.object({
      place: z.enum(['table', 'door', 'dock']),
      speed: z.number().int().min(1).max(9),
    }),
  });
  const question = new HumanMessage('Go.');
  const bound = make({ maxTokens: 200 }).bindTools([move], { tool_choice: 'required' });
  const answer = await bound.invoke([question]);
  assert.equal(answer.tool_calls.length, 1);
  assert.equal(answer.tool_calls[0].name, 'move');
  assert.ok(fitsMove(answer.tool_calls[0].args));
  const result = new ToolMessage({ content: 'arrived', tool_call_id: answer.tool_calls[0].id });
  const after = await bound.invoke([question, answer, result]);
  assert.ok(after.usage_metadata.input_tokens > answer.usage_metadata.input_tokens);
});

test('structured output fits its schema, by function and by schema', async () => {
  const schema = z.object({ color: z.enum(['red', 'green']), count: z.number().int().min(0).max(5) });
  for (const method of ['functionCalling', 'jsonSchema']) {
    const structured = make({ maxTokens: 200 }).withStructuredOutput(schema, { method, name: 'thing' });
    schema.parse(await structured.invoke('Describe it.'));
  }
});

test('an aborted call frees what it held', async () => {
  const controller = new AbortController();
  const modelKwargs = { logit_bias: { [endToken]: -100 } };
  const stream = await make({ maxTokens: 3000, temperature: 1, modelKwargs }).stream('Say something.', {
    signal: controller.signal,
  });
  await assert.rejects(async () => {
    let chunks = 0;
    for await (const chunk of stream) {
      if (chunk.content && ++chunks === 3) controller.abort();
    }
  });
  await becomesIdle();
});

test('embeddings', async () => {
  const embeddings = new OpenAIEmbeddings({ model: embedder, apiKey: key, configuration, maxRetries: 0 });
  const vectors = await embeddings.embedDocuments(['red ball', 'blue box']);
  assert.equal(vectors.length, 2);
  assert.ok(vectors[0].length > 0);
});
