import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { becomesIdle, embedder, endToken, fitsMove, key, model, moveTool, url } from './live_server.js';

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
const messages = [{ role: 'user', content: 'Say something.' }];

test('chat answers, and says what it used', async () => {
  const answer = await client.chat.completions.create({ model, messages, max_tokens: 12, temperature: 0 });
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.choices[0].message.role, 'assistant');
  assert.ok(answer.choices[0].message.content.length > 0);
  assert.equal(answer.usage.completion_tokens, 12);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + 12);
  assert.equal(answer.choices[0].finish_reason, 'length');
});

test('a stream brings the same text as a whole answer', async () => {
  const options = { model, messages, max_completion_tokens: 24, temperature: 0 };
  const whole = await client.chat.completions.create(options);
  const stream = await client.chat.completions.create({
    ...options,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let usage = null;
  let reason = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(reason, whole.choices[0].finish_reason);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
});

test('seeds repeat an answer, and n gives several', async () => {
  const options = { model, messages, max_tokens: 16, temperature: 1, seed: 7 };
  const first = await client.chat.completions.create(options);
  const second = await client.chat.completions.create(options);
  assert.equal(second.choices[0].message.content, first.choices[0].message.content);
  const many = await client.chat.completions.create({ ...options, n: 3 });
  assert.deepEqual(many.choices.map((choice) => choice.index).sort(), [0, 1, 2]);
});

test('log probabilities come with the tokens', async () => {
  const answer = await client.chat.completions.create({
    model,
    messages,
    max_tokens: 5,
    temperature: 0,
    logprobs: true,
    top_logprobs: 3,
  });
  const tokens = answer.choices[0].logprobs.content;
  assert.equal(tokens.length, 5);
  for (const token of tokens) {
    assert.ok(token.logprob <= 0);
    assert.equal(token.top_logprobs.length, 3);
    assert.equal(token.top_logprobs[0].token, token.token);
  }
});

test('a completion goes on with a raw prompt', async () => {
  const answer = await client.completions.create({ model, prompt: 'abc', max_tokens: 6, temperature: 0 });
  assert.ok(answer.choices[0].text.length > 0);
  assert.equal(answer.usage.completion_tokens, 6);
});

test('a client that leaves in mid-stream frees what it held', async () => {
  const stream = await client.chat.completions.create({
    model,
    messages,
    max_tokens: 3000,
    temperature: 1,
    logit_bias: { [endToken]: -100 },
    stream: true,
  });
  let chunks = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content && ++chunks === 3) break;
  }
  assert.equal(chunks, 3);
  await becomesIdle();
  const controller = new AbortController();
  const pending = client.chat.completions.create(
    { model, messages, max_tokens: 3000, temperature: 1, logit_bias: { [endToken]: -100 } },
    { signal: controller.signal },
  );
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(pending, OpenAI.APIUserAbortError);
  await becomesIdle();
});

test('a required tool is called with arguments that fit it', async () => {
  const options = { model, messages, tools: [moveTool], tool_choice: 'required', max_tokens: 200 };
  const answer = await client.chat.completions.create(options);
  assert.equal(answer.choices[0].finish_reason, 'tool_calls');
  const [call] = answer.choices[0].message.tool_calls;
  assert.equal(call.function.name, 'move');
  assert.ok(fitsMove(JSON.parse(call.function.arguments)), call.function.arguments);
  const after = await client.chat.completions.create({
    ...options,
    messages: [
      ...messages,
      answer.choices[0].message,
      { role: 'tool', tool_call_id: call.id, content: '{"arrived":true}' },
    ],
    tool_choice: 'auto',
    max_tokens: 12,
  });
  assert.ok(after.usage.prompt_tokens > answer.usage.prompt_tokens);
});

test('a named tool is streamed as a call', async () => {
  const stream = client.chat.completions.stream({
    model,
    messages,
    tools: [moveTool],
    tool_choice: { type: 'function', function: { name: 'move' } },
    max_tokens: 200,
  });
  const { choices } = await stream.finalChatCompletion();
  const [call] = choices[0].message.tool_calls;
  assert.equal(call.function.name, 'move');
  assert.ok(fitsMove(JSON.parse(call.function.arguments)), call.function.arguments);
});

test('an answer fits the schema that zod made', async () => {
  const Plan = z.object({
    skill: z.enum(['drive', 'turn', 'stop']),
    count: z.number().int().min(0).max(9),
    sure: z.boolean(),
    places: z.array(z.enum(['a', 'b'])).max(2),
  });
  const answer = await client.chat.completions.parse({
    model,
    messages,
    max_tokens: 300,
    response_format: zodResponseFormat(Plan, 'plan'),
  });
  Plan.parse(answer.choices[0].message.parsed);
});

test('embeddings have length one and the same size', async () => {
  const answer = await client.embeddings.create({ model: embedder, input: ['red ball', 'blue box'] });
  assert.equal(answer.data.length, 2);
  for (const { embedding } of answer.data) {
    assert.equal(embedding.length, answer.data[0].embedding.length);
    assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-3);
  }
  const floats = await client.embeddings.create({
    model: embedder,
    input: 'red ball',
    encoding_format: 'float',
  });
  floats.data[0].embedding.forEach((value, i) => {
    assert.ok(Math.abs(value - answer.data[0].embedding[i]) < 1e-5);
  });
});

test('models are listed', async () => {
  const names = [];
  for await (const each of client.models.list()) names.push(each.id);
  assert.ok(names.includes(model) && names.includes(embedder));
  assert.equal((await client.models.retrieve(model)).id, model);
});

test('responses answer and stream', async () => {
  const answer = await client.responses.create({
    model,
    input: 'Say something.',
    max_output_tokens: 16,
    temperature: 0,
  });
  assert.ok(answer.output_text.length > 0);
  const stream = await client.responses.create({
    model,
    input: 'Say something.',
    max_output_tokens: 16,
    temperature: 0,
    stream: true,
  });
  let text = '';
  let ended = false;
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') text += event.delta;
    ended ||= event.type === 'response.completed' || event.type === 'response.incomplete';
  }
  assert.equal(text, answer.output_text);
  assert.ok(ended);
});

test('errors are those that the library knows', async () => {
  const ask = (change) => client.chat.completions.create({ model, messages, max_tokens: 4, ...change });
  await assert.rejects(ask({ model: 'gpt-none' }), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError, String(error));
    return error.message.includes('gpt-none');
  });
  const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
  await assert.rejects(
    stranger.chat.completions.create({ model, messages, max_tokens: 4 }),
    OpenAI.AuthenticationError,
  );
  const isBad = (part) => (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError, String(error));
    assert.ok(`${error.param} ${error.code} ${error.message}`.includes(part), String(error));
    return true;
  };
  await assert.rejects(ask({ messages: [{ role: 'user', content: 'x'.repeat(100000) }] }), isBad('context'));
  await assert.rejects(ask({ temperature: 'hot' }), isBad('temperature'));
  await assert.rejects(ask({ messages: 'hello' }), isBad('messages'));
  await assert.rejects(ask({ messages: [{ role: 'wizard', content: 'x' }] }), isBad('role'));
  await assert.rejects(ask({ max_tokens: -1 }), isBad('max_tokens'));
  await assert.rejects(
    ask({
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'x', strict: true, schema: { type: 'string', pattern: '(a)\\1' } },
      },
    }),
    isBad('pattern'),
  );
});

test('sixty-four at once are all answered', async () => {
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, i) =>
      client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: `Number ${i}.` }],
        max_tokens: 8,
        temperature: 0,
      }),
    ),
  );
  for (const answer of answers) assert.equal(answer.usage.completion_tokens, 8);
  await becomesIdle();
});
