import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ollama } from 'ollama';
import { becomesIdle, embedder, key, model, moveTool, url } from './live_server.js';

const client = new Ollama({ host: url, headers: { Authorization: `Bearer ${key}` } });
const messages = [{ role: 'user', content: 'Say something.' }];
const options = { num_predict: 12, temperature: 0 };

test('chat answers whole and as a stream', async () => {
  const whole = await client.chat({ model, messages, options });
  assert.ok(whole.message.content.length > 0);
  assert.equal(whole.done, true);
  assert.equal(whole.eval_count, 12);
  let text = '';
  for await (const part of await client.chat({ model, messages, options, stream: true })) {
    text += part.message.content;
  }
  assert.equal(text, whole.message.content);
});

test('generate goes on with a prompt', async () => {
  const answer = await client.generate({ model, prompt: 'abc', raw: true, options });
  assert.ok(answer.response.length > 0);
});

test('an answer fits the schema of its format', async () => {
  const answer = await client.chat({
    model,
    messages,
    format: {
      type: 'object',
      properties: { color: { enum: ['red', 'green'] }, count: { type: 'integer', minimum: 0, maximum: 5 } },
      required: ['color', 'count'],
    },
    options: { num_predict: 200 },
  });
  const value = JSON.parse(answer.message.content);
  assert.ok(['red', 'green'].includes(value.color) && value.count >= 0 && value.count <= 5);
});

test('tools and their results are taken', async () => {
  const answer = await client.chat({
    model,
    tools: [moveTool],
    messages: [
      ...messages,
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ function: { name: 'move', arguments: { place: 'dock', speed: 3 } } }],
      },
      { role: 'tool', content: 'arrived', tool_name: 'move' },
    ],
    options,
  });
  assert.equal(answer.done, true);
});

test('a stream can be aborted', async () => {
  const stream = await client.chat({
    model,
    messages,
    stream: true,
    options: { num_predict: 3000, temperature: 1, seed: 1 },
  });
  await assert.rejects(async () => {
    let parts = 0;
    for await (const part of stream) {
      if (part.message.content && ++parts === 3) stream.abort();
    }
  }, /abort/i);
  await becomesIdle();
});

test('embeddings and the list of models', async () => {
  const { embeddings } = await client.embed({ model: embedder, input: ['a', 'b'] });
  assert.equal(embeddings.length, 2);
  assert.equal(embeddings[0].length, embeddings[1].length);
  const { models } = await client.list();
  assert.ok(models.some((each) => each.name.startsWith(model)));
});

test('a model that is not there is an error', async () => {
  await assert.rejects(client.chat({ model: 'none', messages }), /none/);
});
